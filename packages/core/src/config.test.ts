import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configJsonSchema, parseConfig } from './config.js';
import { applyOverrides } from './config-overrides.js';
import { ConfigError } from './errors.js';

const plain = parseConfig({}, 'rsim.config.json');

test('the empty configuration is a whole one, and parsing it again changes nothing', () => {
  expect(plain.follower.name).toBe('embedded');
  expect(plain.tasks).toHaveLength(3);
  expect(parseConfig(plain, 'again')).toEqual(plain);
});

test('an advantage estimator may be given by its name alone', () => {
  expect(plain.training.estimator).toEqual({ name: 'grpo', options: {} });
  const set = applyOverrides(plain, ['training.estimator=reinforce++', 'training.estimator.options.baseline=group']);
  expect(set.training.estimator).toEqual({ name: 'reinforce++', options: { baseline: 'group' } });
  expect(set.training.stage0.estimator).toEqual({ name: 'grpo', options: {} });
});

test('schedules may rise, and either role has an optimiser of its own', () => {
  const set = applyOverrides(plain, [
    ...['training.stage2.finalLeaderWeight=2', 'training.finalLearningRate=3', 'training.stage2.warmUp=5'],
    ...['training.stage2.finalFollowerEvery=4', 'training.stage2.finalTurn=3', 'training.maxGradientNorm=0.5'],
    ...['training.stage2.follower.maxGradientNorm=2', 'training.stage2.follower.warmUp=7'],
    ...['training.beta2=0.95', 'training.stage2.follower.weightDecay=0.1'],
  ]);
  expect(set.training).toMatchObject({ finalLearningRate: 3, maxGradientNorm: 0.5, beta2: 0.95, weightDecay: 0 });
  expect(set.training.stage2).toMatchObject({ finalLeaderWeight: 2, warmUp: 5, finalFollowerEvery: 4, finalTurn: 3 });
  expect(set.training.stage2.follower).toMatchObject({ maxGradientNorm: 2, warmUp: 7, beta2: 0.95, weightDecay: 0.1 });
  for (const wrong of ['beta1=1', 'maxGradientNorm=0', 'warmUp=-1', 'finalLearningRate=-1', 'stage2.finalTurn=0']) {
    expect(() => applyOverrides(plain, [`training.${wrong}`])).toThrow(ConfigError);
  }
});

test('defaults are not shared between configurations', () => {
  const other = parseConfig({}, 'other');
  other.tasks.pop();
  other.training.stage0.iterations = 1;
  expect(parseConfig({}, 'third')).toEqual(plain);
});

test('every field is described in the JSON Schema', () => {
  type Node = { description?: string; properties?: Record<string, Node>; items?: Node };
  const undescribed = (node: Node, path: string): string[] =>
    Object.entries({ ...node.properties, ...node.items?.properties }).flatMap(([key, child]) => [
      ...(child.description === undefined ? [`${path}${key}`] : []),
      ...undescribed(child, `${path}${key}.`),
    ]);
  // What has no default is not in a configuration that says nothing.
  expect(Object.keys((configJsonSchema() as Node).properties ?? {}).sort()).toEqual(
    [...Object.keys(plain), '$schema', 'continual'].sort(),
  );
  expect(undescribed(configJsonSchema() as Node, '')).toEqual([]);
});

test('errors name the file, the field and the nearest known one', () => {
  const failure = failureOf(() => parseConfig({ trainng: {}, seed: -1 }, 'my.config.ts'));
  expect(failure.message).toContain('my.config.ts: ');
  expect(failure.message).toContain('"seed": ');
  expect(failure.message).toContain('"trainng" is not a known field');
  expect(failure.remedy).toContain('Did you mean "training"?');
  expect(failureOf(() => parseConfig({ training: { stage0: { iteration: 2 } } }, 'x')).remedy).toContain(
    '"iterations"',
  );
});

function failureOf(work: () => unknown): ConfigError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('--set', () => {
  test('changes the field it names and no other', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (seed, iterations) => {
        const changed = applyOverrides(plain, [`seed=${seed}`, `training.stage0.iterations=${iterations}`]);
        const { training } = plain;
        const stage0 = { ...training.stage0, iterations };
        expect(changed).toEqual({ ...plain, seed, training: { ...training, stage0 } });
      }),
    );
    expect(plain).toEqual(parseConfig({}, 'untouched'));
  });

  test.each([
    ['output=runs/a=b', { output: 'runs/a=b' }],
    ['output="7"', { output: '7' }],
    ['plugins=["./mine.ts"]', { plugins: ['./mine.ts'] }],
    ['tasks.1.suite=mine', { tasks: [{}, { suite: 'mine' }, {}] }],
    ['tasks.3={"suite":"fourth"}', { tasks: [{}, {}, {}, { suite: 'fourth', options: {} }] }],
    ['follower.options.model=base', { follower: { options: { model: 'base' } } }],
    ['budget.tokens=90', { budget: { tokens: 90 } }],
    ['evaluation.seeds=[1,2]', { evaluation: { seeds: [1, 2] } }],
  ])('%s', (setting, expected) => {
    expect(applyOverrides(plain, [setting])).toMatchObject(expected);
  });

  test.each([
    ['training.iteratons=5', '"training.iteratons" is not a known field'],
    ['seed=one', '"seed": '],
    ['output=7', '"output": '],
    ['seed.value=1', 'goes through "seed", which is a single value'],
    ['tasks.suite=x', '"tasks" is a list of 3 and has no place "suite"'],
    ['tasks.9.suite=x', '"tasks" is a list of 3 and has no place "9"'],
    ['seed', 'not of the form path=value'],
    ['=1', 'not of the form path=value'],
    ['a..b=1', 'not of the form path=value'],
    ['__proto__.polluted=1', 'names no field'],
  ])('%s is refused', (setting, message) => {
    const failure = failureOf(() => applyOverrides(plain, [setting]));
    expect(failure.message).toContain(`--set ${setting}`);
    expect(failure.message).toContain(message);
  });

  test('any text either gives a whole configuration or a ConfigError', () => {
    const key = fc.constantFrom('seed', 'tasks', '0', 'options', 'training', '__proto__', 'constructor', '');
    const setting = fc
      .tuple(fc.array(key, { maxLength: 4 }), fc.constantFrom('=', ''), fc.oneof(fc.string(), fc.json()))
      .map(([path, sign, value]) => `${path.join('.')}${sign}${value}`);
    fc.assert(
      fc.property(setting, (text) => {
        try {
          const changed = applyOverrides(plain, [text]);
          expect(parseConfig(changed, 'again')).toEqual(changed);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ConfigError);
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
    );
  });
});
