import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defaultStrategies } from './default-strategies.js';
import { ConfigError, FollowerError, PluginError } from './errors.js';
import { definePlugin, defineProvider, type Plugin, type ProviderContext } from './plugin.js';
import { PluginRegistry } from './plugin-registry.js';
import type { RewardRule } from './reward.js';

const context: ProviderContext = { seed: 1, strategySet: defaultStrategies, configDirectory: '/' };

const length = defineProvider({
  description: 'Minus the number of steps.',
  options: z.strictObject({ perStep: z.number().default(1).describe('Cost of a step.') }),
  create: ({ perStep }): RewardRule => ({
    ...{ name: 'length', role: 'leader', weight: 1 },
    score: ({ steps }) => -perStep * steps.length,
  }),
});

const rewardPlugin = (name: string, ...names: readonly string[]): Plugin =>
  definePlugin({ name, provides: { rewards: Object.fromEntries(names.map((reward) => [reward, length])) } });

function failureOf(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return null;
}

test('what is registered is found by kind and name, and nothing else is', () => {
  const name = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), name, (names, asked) => {
      const registry = new PluginRegistry();
      names.forEach((reward, index) => registry.register(rewardPlugin(`plugin-${index}`, reward)));
      expect(registry.names('rewards')).toEqual([...names].sort());
      expect(registry.names('followers')).toEqual([]);
      for (const known of names) expect(registry.provider('rewards', known)).toBe(length);
      if (names.includes(asked)) return;
      const failure = failureOf(() => registry.provider('rewards', asked)) as PluginError;
      expect(failure).toMatchObject({ code: 'plugin-unknown', exitCode: 2 });
      for (const known of names) expect(failure.remedy).toContain(known);
    }),
  );
});

test('an unknown name is answered with the nearest one', () => {
  const registry = new PluginRegistry();
  registry.register(rewardPlugin('mine', 'length', 'accuracy'));
  expect(failureOf(() => registry.provider('rewards', 'lenght'))).toMatchObject({
    message: 'there is no reward "lenght"',
    remedy: 'Did you mean "length"? Known: accuracy, length.',
  });
  expect(failureOf(() => registry.provider('rewards', 'something-else'))).toMatchObject({
    remedy: 'Known: accuracy, length.',
  });
  expect(failureOf(() => registry.provider('suites', 'sums'))).toMatchObject({ remedy: 'There are none.' });
});

test('duplicates are refused, and what brought them is not taken in by half', () => {
  const registry = new PluginRegistry();
  registry.register(rewardPlugin('mine', 'length'));
  expect(() => registry.register(rewardPlugin('mine', 'other'))).toThrow(/"mine" is registered twice/);
  expect(() => registry.register(rewardPlugin('theirs', 'fresh', 'length'))).toThrow(
    'plug-in "theirs" provides the reward "length", which plug-in "mine" provides already',
  );
  expect(registry.names('rewards')).toEqual(['length']);
});

describe('creating', () => {
  const registry = new PluginRegistry();
  const failing = (thrown: unknown) =>
    defineProvider({
      description: 'Fails.',
      options: z.strictObject({}),
      create: (): never => {
        throw thrown;
      },
    });
  const missing = new FollowerError('the weights are not there', { remedy: 'Fetch them.' });
  registry.register(rewardPlugin('mine', 'length'));
  registry.register(
    definePlugin({
      name: 'failing',
      provides: { followers: { plain: failing(new Error('no such file')), own: failing(missing) } },
    }),
  );

  test('options have their defaults filled in', async () => {
    const rule = await registry.create('rewards', { name: 'length' }, context, 'rewards.0');
    expect(rule.score({ steps: [null, null] } as never)).toBe(-2);
    const dear = await registry.create('rewards', { name: 'length', options: { perStep: 3 } }, context, 'rewards.0');
    expect(dear.score({ steps: [null] } as never)).toBe(-3);
  });

  test('wrong options name the place and the field', async () => {
    const creating = registry.create('rewards', { name: 'length', options: { perStepp: 1 } }, context, 'rewards.0');
    await expect(creating).rejects.toThrow(ConfigError);
    await expect(creating).rejects.toMatchObject({
      message: 'options of rewards.0 "length": "perStepp" is not a known field',
      remedy: 'Did you mean "perStep"? Known: perStep.',
    });
  });

  test("a provider's own errors pass, others are named", async () => {
    await expect(registry.create('followers', { name: 'own' }, context, 'follower')).rejects.toBe(missing);
    const creating = registry.create('followers', { name: 'plain' }, context, 'follower');
    await expect(creating).rejects.toMatchObject({
      code: 'plugin-failed',
      message: 'follower: the follower "plain" cannot be created: no such file',
    });
  });
});

describe('loading', () => {
  let folder = '';
  const sourceOf = (name: string, reward: string): string => `
    import type { Plugin } from '@rsim/core';
    const options = { safeParse: (data: unknown) => ({ success: true, data }) };
    const rule = { name: '${reward}', role: 'leader', weight: 1, score: (): number => 0.5 };
    const rewards = { '${reward}': { description: 'A half.', options, create: () => rule } };
    export default { name: '${name}', provides: { rewards } } as unknown as Plugin;
  `;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-plugins-'));
    await writeFile(join(folder, 'good.ts'), sourceOf('good', 'half'));
    await writeFile(join(folder, 'clash.ts'), sourceOf('clash', 'half'));
    await writeFile(join(folder, 'syntax.ts'), 'export default {');
    await writeFile(join(folder, 'throws.ts'), "throw new Error('not today');");
    await writeFile(join(folder, 'empty.ts'), 'export const plugin = 1;');
    await writeFile(join(folder, 'kind.ts'), "export default { name: 'kind', provides: { reward: {} } };");
    await writeFile(join(folder, 'bare.ts'), "export default { name: 'bare', provides: { rewards: { a: {} } } };");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('a TypeScript file is loaded by its path relative to the configuration', async () => {
    const registry = new PluginRegistry();
    await registry.load(['./good.ts'], folder);
    expect(registry.broken).toEqual([]);
    const rule = await registry.create('rewards', { name: 'half' }, context, 'rewards.0');
    expect(rule.score({} as never)).toBe(0.5);
  });

  test('a package is found from the folder of the configuration', async () => {
    const home = join(folder, 'node_modules', 'rsim-reward-third');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, 'package.json'),
      '{"name": "rsim-reward-third", "type": "module", "exports": "./index.js"}',
    );
    const options = '{ safeParse: (data) => ({ success: true, data }) }';
    const provider = `{ description: 'A third.', options: ${options}, create: () => ({ name: 'third' }) }`;
    await writeFile(
      join(home, 'index.js'),
      `export default { name: 'third', provides: { rewards: { third: ${provider} } } };`,
    );
    const registry = new PluginRegistry();
    await registry.load(['rsim-reward-third'], folder);
    expect(registry.broken).toEqual([]);
    expect(registry.names('rewards')).toEqual(['third']);
  });

  test('broken plug-ins are recorded, named and left out; the good one works', async () => {
    const registry = new PluginRegistry();
    const broken = [
      './missing.ts',
      'rsim-no-such-package',
      './syntax.ts',
      './throws.ts',
      './empty.ts',
      './kind.ts',
      './bare.ts',
    ];
    await registry.load([...broken, './good.ts'], folder);
    expect(registry.broken.map(({ reference }) => reference)).toEqual(broken);
    for (const { reference, error } of registry.broken) {
      expect(error).toBeInstanceOf(PluginError);
      expect(error.message).toContain(reference);
    }
    expect(registry.names('rewards')).toEqual(['half']);
  });

  test('an unknown name tells of the plug-ins that were left out', async () => {
    const registry = new PluginRegistry();
    await registry.load(['./throws.ts'], folder);
    const failure = failureOf(() => registry.provider('followers', 'mine')) as PluginError;
    expect(failure.remedy).toContain('"./throws.ts"');
    expect(failure.remedy).toContain('not today');
  });

  test('a name two plug-ins claim is nobody’s until one is removed', async () => {
    const registry = new PluginRegistry();
    await registry.load(['./good.ts', './clash.ts'], folder);
    expect(registry.broken.map(({ reference }) => reference)).toEqual(['./clash.ts']);
    expect(() => registry.provider('rewards', 'half')).toThrow(
      'plug-in "clash" provides the reward "half", which plug-in "good" provides already',
    );
  });
});
