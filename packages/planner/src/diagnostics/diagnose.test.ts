import { readFileSync } from 'node:fs';
import { applyOverrides, messageOf, parseConfig } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningTroubles, diagnose, diagnosedRecords, diagnoses } from './diagnose.js';
import { settingKeys, type DiagnosedRecord, type StageSection } from './diagnosis.js';

type Update = NonNullable<DiagnosedRecord['update']>;
type Policy = NonNullable<Update['policy']>;

const healthy = { entropy: 0.6, divergence: 0.02, clipFraction: 0.1, smallestRatio: 0.01, largestRatio: 4 };

/** A record of training that goes well but for what is given. */
function recordOf(
  changes: Partial<DiagnosedRecord> = {},
  update: Partial<Update> = {},
  policy: Partial<Policy> = {},
): DiagnosedRecord {
  return {
    ...{ accuracy: 0.5, steps: 5, terminationRate: 0.9, episodes: 64, errors: 20 },
    strategyUse: { continuation: 0.6, validation: 0.3, termination: 0.1 },
    followerUpdate: { groups: { all: 24, withoutVariance: 6 }, policy: healthy, skipped: [] },
    update: {
      groups: { all: 24, withoutVariance: 6 },
      policy: { ...healthy, ...policy },
      value: { explainedVariance: 0.3 },
      ...{ gradientNorm: 0.5, skipped: [] },
      ...update,
    },
    ...changes,
  };
}

const times = (count: number, record: DiagnosedRecord) => Array.from({ length: count }, () => record);
const codes = (history: readonly DiagnosedRecord[]) => diagnose(history, 'training').map(({ code }) => code);
const update = recordOf().update!;

describe.each([
  ['not-finite', recordOf({}, { skipped: ['the loss is NaN in pass 1, gradient step 2'] }), 1],
  ['failed-episodes', recordOf({ errors: 33 }), 1],
  ['collapse', recordOf({ strategyUse: { continuation: 0.95, validation: 0.05 } }), 5],
  ['lost-entropy', recordOf({}, {}, { entropy: 0.04 }), 5],
  ['certain-follower', recordOf({ followerUpdate: { ...update, policy: { ...healthy, entropy: 0.002 } } }), 5],
  ['early-termination', recordOf({ steps: 1.2, terminationRate: 0.95 }), 5],
  ['never-ends', recordOf({ terminationRate: 0.01 }), 10],
  ['exploding-ratio', recordOf({}, {}, { largestRatio: 25 }), 3],
  ['large-updates', recordOf({}, {}, { clipFraction: 0.5 }), 5],
  ['large-updates', recordOf({}, {}, { divergence: 1.2 }), 5],
  ['no-variance', recordOf({}, { groups: { all: 24, withoutVariance: 20 } }), 5],
  ['useless-value', recordOf({}, { value: { explainedVariance: -0.1 } }), 10],
  ['exploding-ratio', recordOf({ followerUpdate: { ...update, policy: { ...healthy, largestRatio: 30 } } }), 3],
  ['not-finite', recordOf({ update: null, followerUpdate: { ...update, skipped: ['no finite update'] } }), 1],
])('%s', (code, bad, lasting) => {
  it(`is said of ${lasting} bad records, not of fewer, and alone`, () => {
    const good = times(12, recordOf());
    expect(codes([...good, ...times(lasting, bad)])).toEqual([code]);
    // Means over a window may pass the threshold a little before all of it is bad.
    expect(codes([...good, ...times(Math.ceil(lasting / 3) - 1, bad)])).toEqual([]);
  });

  it('is said once, when it begins', () => {
    const history = [...times(12, recordOf()), ...times(12, bad), ...times(12, recordOf()), ...times(12, bad)];
    const said = history.flatMap((_, index) =>
      beginningTroubles(history.slice(Math.max(0, index + 1 - diagnosedRecords), index + 1), 'training').map(
        (each) => each.code,
      ),
    );
    expect(said).toEqual([code, code]);
  });
});

it('an exploding gradient is told from one that was always long', () => {
  const withNorm = (gradientNorm: number) => recordOf({}, { gradientNorm });
  expect(codes([...times(10, withNorm(0.5)), withNorm(9)])).toEqual(['exploding-gradient']);
  expect(codes([...times(10, withNorm(0.05)), withNorm(3)])).toEqual([]);
  expect(codes([...times(10, withNorm(2)), withNorm(9)])).toEqual([]);
});

it('deciding at once is no trouble where it is right', () => {
  expect(codes(times(12, recordOf({ steps: 1, terminationRate: 1, accuracy: 0.95 })))).toEqual([]);
});

it('says what is wrong, not what follows from it', () => {
  const silent = { groups: { all: 24, withoutVariance: 24 } };
  const always = { strategyUse: { continuation: 1 }, terminationRate: 0 };
  expect(codes(times(12, recordOf(always, silent, { entropy: 0 })))).toEqual(['collapse']);
  const atOnce = { strategyUse: { termination: 1 }, terminationRate: 1, steps: 1 };
  expect(codes(times(12, recordOf(atOnce, silent, { entropy: 0 })))).toEqual(['early-termination']);
  expect(codes(times(12, recordOf({}, silent, { entropy: 0 })))).toEqual(['lost-entropy']);
  expect(codes(times(12, recordOf({}, {}, { largestRatio: 90, clipFraction: 0.9 })))).toEqual(['exploding-ratio']);
});

it('nobody leads, so nobody ends', () => {
  const alone = { strategyUse: { continuation: 0, termination: 0 }, terminationRate: 0, update: null };
  expect(codes(times(12, recordOf(alone)))).toEqual([]);
});

it('says nothing of roles that did not learn, nor of a stage that has just begun', () => {
  expect(codes(times(12, recordOf({ update: null })))).toEqual([]);
  expect(codes(times(12, recordOf({ update: { ...update, policy: null, value: null, gradientNorm: null } })))).toEqual(
    [],
  );
  expect(diagnose([], 'training')).toEqual([]);
  expect(beginningTroubles([], 'training')).toEqual([]);
});

it('warnings are one sentence each with a remedy, and always have finite numbers', () => {
  const number = fc.double({ min: 0, max: 50, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const record = fc
    .record({
      steps: number,
      terminationRate: share,
      accuracy: share,
      entropy: share,
      largestRatio: number,
      clipFraction: share,
    })
    .map(({ steps, terminationRate, accuracy, ...policy }) =>
      recordOf({ steps, terminationRate, accuracy }, {}, policy),
    );
  fc.assert(
    fc.property(fc.array(record, { maxLength: 15 }), (history) => {
      for (const { message, remedy } of diagnose(history, 'training')) {
        expect(message).toMatch(/^[^.].*[^.]$/);
        expect(message).not.toMatch(/NaN|Infinity|undefined/);
        expect(remedy).toMatch(/\.$/);
      }
    }),
  );
});

const places = [
  ['training', 'leader'],
  ['training.stage0', 'leader'],
  ['training.stage2', 'leader'],
  ['training.stage2', 'follower'],
] as const;

it.each(places)('every setting that remedies name in %s for the %s is one', (section, role) => {
  const config = parseConfig({}, 'rsim.config.json');
  const refusal = (setting: string) => {
    try {
      applyOverrides(config, [setting]);
      return '';
    } catch (thrown) {
      return messageOf(thrown);
    }
  };
  expect(refusal('training.maxGradientNrm=null')).toContain('not a known field');
  // A follower estimates no values.
  const asked = diagnoses.filter(({ code }) => role === 'leader' || code !== 'useless-value');
  const named = asked.flatMap(
    ({ remedy }) =>
      remedy(settingKeys(section, role)).match(/\b(?:training|tasks|budget)(?:\.\w+)+(?:=[\w.]*\w)?/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(10);
  for (const setting of named) {
    if (setting.includes('=')) expect(refusal(setting)).toBe('');
    else expect(refusal(`${setting}=null`)).not.toContain('not a known field');
    expect(setting).toMatch(setting.startsWith('training') ? new RegExp(`^${section}\\.`) : /^(tasks|budget)/);
  }
});

it('remedies name the settings of the stage and of the role in trouble', () => {
  const said = (record: DiagnosedRecord, section: StageSection) => diagnose(times(5, record), section)[0]!.remedy;
  expect(said(recordOf({}, {}, { largestRatio: 25 }), 'training.stage0')).toContain('training.stage0.loss=gspo');
  expect(said(recordOf({}, {}, { largestRatio: 25 }), 'training.stage2')).toContain('training.stage2.loss=gspo');
  const followerUpdate = { ...update, policy: { ...healthy, largestRatio: 25 } };
  expect(said(recordOf({ followerUpdate }), 'training.stage2')).toContain('training.stage2.follower.loss=gspo');
});

it('every diagnosis stands on its page with its threshold and remedy', () => {
  const page = readFileSync(new URL('../../../../docs/diagnostics.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  expect(
    rows.map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, 4),
    ),
  ).toEqual(
    diagnoses.map(({ code, threshold, remedy }) => [
      ...[`\`${code}\``, threshold, remedy(settingKeys('training', 'leader'))],
    ]),
  );
});
