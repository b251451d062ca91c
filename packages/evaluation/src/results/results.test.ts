import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolderError } from '@rsim/core';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { readResults, writeResults } from './results-file.js';
import { resultsJsonSchema, resultsSchema, type Results } from './schema.js';
import { resultsMarkdown, resultsTable } from './table.js';

const suites = ['word-problems', 'list-programs', 'table-questions'];
const row = (suite: string, policy: string, accuracy: number) => ({
  ...{ suite, split: 'test' as const, follower: 'nano', followerParameters: 152_000, policy, seed: 'all' as const },
  ...{ trainedOn: policy === 'planner' ? 'nano' : null, n: 1500, accuracy, ciLow: accuracy - 0.02 },
  ...{ ciHigh: accuracy + 0.02, tokensPerProblem: 94.6, secondsPerProblem: 0.01234 },
});
const comparison = (suite: string, p: number) => ({
  ...{ suite, follower: 'nano', policy: 'planner', baseline: 'self-consistency', n: 500, difference: 0.471 },
  ...{ ciLow: 0.424, ciHigh: 0.512, pMcNemar: p, pHolm: p },
});
const effects = {
  cohensH: { estimate: 0.98, ciLow: 0.89, ciHigh: 1.07 },
  oddsRatio: { estimate: 12.3, ciLow: 8.1, ciHigh: 19.4 },
  tokens: { difference: -0.4, ciLow: -1, ciHigh: 0.2, cliffsDelta: 0.03 },
  overSeeds: { seeds: 3, deviation: 0.02, ciLow: 0.39, ciHigh: 0.55, p: 0.0042, pHolm: 0.0126 },
};
const passAtK = [0.702, 0.8, 0.85];
const passAtKIntervals = passAtK.map((estimate) => ({ ciLow: estimate - 0.02, ciHigh: estimate + 0.02 }));
const results: Results = {
  schema: 'rsim.results/1',
  rows: [{ ...row('word-problems', 'planner', 0.7), seed: 1 }],
  pooled: [...suites, 'all']
    .flatMap((suite) => [row(suite, 'planner', 0.702), row(suite, 'self-consistency', 0.231)])
    .map((each) => (each.suite === 'all' && each.policy === 'planner' ? { ...each, passAtK, passAtKIntervals } : each)),
  comparisons: [
    ...suites.map((suite) => comparison(suite, suite === 'list-programs' ? 0.2 : 1e-9)),
    { ...comparison('all', 1e-9), ...effects },
  ],
  adaptivity: [
    {
      ...{
        suite: 'all',
        follower: 'nano',
        policy: 'planner',
        right: { decisions: 900, rate: 0.1, ciLow: 0.08, ciHigh: 0.12 },
      },
      wrong: { decisions: 100, rate: 0.8, ciLow: 0.7, ciHigh: 0.9 },
      difference: { estimate: 0.7, ciLow: 0.6, ciHigh: 0.8 },
    },
  ],
};

describe('results.json', () => {
  it('comes back as it was written, fields of others included', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'rsim-results-')), 'results.json');
    const written = { ...results, remark: 'a field of a later version' };
    await writeResults(path, written);
    expect(await readResults(path)).toEqual(written);
  });

  it('is not written when it is not what the schema says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-results-'));
    const wrong = { ...results, rows: [{ ...row('word-problems', 'planner', 0.5), accuracy: 50, ciHigh: 1 }] };
    await expect(writeResults(join(folder, 'results.json'), wrong)).rejects.toThrow(/rows\[0\]\.accuracy/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused with the place when it cannot be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rsim-results-'));
    const path = join(folder, 'results.json');
    await expect(readResults(path)).rejects.toThrow(RunFolderError);
    for (const text of ['{"schema": "rsim.res', '{"schema": "rsim.results/2", "rows": [], "comparisons": []}']) {
      await writeFile(path, text);
      await expect(readResults(path)).rejects.toThrow(RunFolderError);
      await expect(readResults(path)).rejects.toThrow(path);
    }
    await expect(writeResults(join(path, 'below-a-file.json'), results)).rejects.toThrow(RunFolderError);
  });

  it('needs nothing but the documented core', () => {
    const core = { ...row('word-problems', 'planner', 0.7), seed: 1 };
    const minimal = { schema: 'rsim.results/1', rows: [core], comparisons: [] };
    expect(resultsSchema.safeParse(minimal).success).toBe(true);
    for (const field of Object.keys(core)) {
      const { [field as 'suite']: _, ...rest } = core;
      expect(resultsSchema.safeParse({ ...minimal, rows: [rest] }).success).toBe(false);
    }
  });
});

/** Names of all properties anywhere in a JSON Schema. */
function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
}

describe('docs/results.schema.json', () => {
  it('is the schema of the code (vitest --update writes it anew)', async () => {
    const text = await format(JSON.stringify(resultsJsonSchema()), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot('../../../../docs/results.schema.json');
  });

  it('has every field on the documentation page', async () => {
    const page = await readFile(new URL('../../../../docs/results-schema.md', import.meta.url), 'utf8');
    for (const field of fieldsOf(resultsJsonSchema())) expect(page).toContain(`\`${field}\``);
  });
});

describe('the printed table', () => {
  it('reads well and fits into 100 columns', () => {
    const text = resultsTable(results);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toMatchInlineSnapshot(`
      "nano (0.15M, the planner trained with it), test split: accuracy in %, ± 95 % interval
      ────────────────────────────────────────────────────────────────────────────────────────────
      policy            word-problems  list-programs  table-questions        mean  tokens  seconds
      ────────────────────────────────────────────────────────────────────────────────────────────
      planner              70.2 ± 2.0     70.2 ± 2.0       70.2 ± 2.0  70.2 ± 2.0      95    0.012
      self-consistency     23.1 ± 2.0     23.1 ± 2.0       23.1 ± 2.0  23.1 ± 2.0      95    0.012
      ────────────────────────────────────────────────────────────────────────────────────────────

      nano: planner minus each baseline in points, ± 95 % interval, * p < 0.05 after Holm
      ─────────────────────────────────────────────────────────────────────────────
      baseline          word-problems  list-programs  table-questions          mean
      ─────────────────────────────────────────────────────────────────────────────
      self-consistency   +47.1 ± 4.4*    +47.1 ± 4.4     +47.1 ± 4.4*  +47.1 ± 4.4*
      ─────────────────────────────────────────────────────────────────────────────

      Solved by one of k tries in %, mean of suites, ± 95 % interval
      ─────────────────────────────────────────────────────
      follower  policy       pass@1      pass@2      pass@3
      ─────────────────────────────────────────────────────
      nano      planner  70.2 ± 2.0  80.0 ± 2.0  85.0 ± 2.0
      ─────────────────────────────────────────────────────

      planner minus, mean of suites: intervals, Cohen's h, odds ratio, tokens and Cliff's δ, p after Holm
      ───────────────────────────────────────────────────────────────────────────────────────────────────
      follower  baseline          points        95 %  with seeds      h  odds  tokens, δ      p  p, seeds
      ───────────────────────────────────────────────────────────────────────────────────────────────────
      nano      self-consistency   +47.1  42.4, 51.2  39.0, 55.0  +0.98    12   0, +0.03  <.001      .013
      ───────────────────────────────────────────────────────────────────────────────────────────────────

      How often policies validate: % of decisions after wrong and after right steps, ± 95 % interval
      ─────────────────────────────────────────────────────────
      follower  policy   after wrong  after right    difference
      ─────────────────────────────────────────────────────────
      nano      planner  80.0 ± 10.0   10.0 ± 2.0  +70.0 ± 10.0
      ─────────────────────────────────────────────────────────"
    `);
  });

  it('is Markdown where that is wanted', () => {
    expect(resultsMarkdown(results)).toMatchInlineSnapshot(`
      "**nano (0.15M, the planner trained with it), test split: accuracy in %, ± 95 % interval**

      | policy | word-problems | list-programs | table-questions | mean | tokens | seconds |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: |
      | planner | 70.2 ± 2.0 | 70.2 ± 2.0 | 70.2 ± 2.0 | 70.2 ± 2.0 | 95 | 0.012 |
      | self-consistency | 23.1 ± 2.0 | 23.1 ± 2.0 | 23.1 ± 2.0 | 23.1 ± 2.0 | 95 | 0.012 |

      **nano: planner minus each baseline in points, ± 95 % interval, * p < 0.05 after Holm**

      | baseline | word-problems | list-programs | table-questions | mean |
      | --- | ---: | ---: | ---: | ---: |
      | self-consistency | +47.1 ± 4.4* | +47.1 ± 4.4 | +47.1 ± 4.4* | +47.1 ± 4.4* |

      **Solved by one of k tries in %, mean of suites, ± 95 % interval**

      | follower | policy | pass@1 | pass@2 | pass@3 |
      | --- | --- | ---: | ---: | ---: |
      | nano | planner | 70.2 ± 2.0 | 80.0 ± 2.0 | 85.0 ± 2.0 |

      **planner minus, mean of suites: intervals, Cohen's h, odds ratio, tokens and Cliff's δ, p after Holm**

      | follower | baseline | points | 95 % | with seeds | h | odds | tokens, δ | p | p, seeds |
      | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      | nano | self-consistency | +47.1 | 42.4, 51.2 | 39.0, 55.0 | +0.98 | 12 | 0, +0.03 | <.001 | .013 |

      **How often policies validate: % of decisions after wrong and after right steps, ± 95 % interval**

      | follower | policy | after wrong | after right | difference |
      | --- | --- | ---: | ---: | ---: |
      | nano | planner | 80.0 ± 10.0 | 10.0 ± 2.0 | +70.0 ± 10.0 |"
    `);
  });
});
