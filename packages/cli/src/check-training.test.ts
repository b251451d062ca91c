import 'reflect-metadata';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, parseConfig, TOKENS, type Planner } from '@rsim/core';
import type { TrainablePlanner } from '@rsim/planner';
import { expect, it, vi } from 'vitest';
import { checkTraining } from './check-training.js';
import { compose } from './composition.js';
import { runRsim } from './testing/run-rsim.js';

// The command is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const plugins = [fileURLToPath(new URL('./testing/parrot.ts', import.meta.url))];
const gru = { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu', worker: false } };
const base = { plugins, follower: { name: 'parrot' }, unseenFollowers: [], planner: gru };
const learning = { follower: { name: 'tfjs', options: { model: 'nano', workers: 0 } } };
const stage2 = { iterations: 1 };
const fromScratch = { stage0: { kind: 'none' } };

/** A planner that does nothing but decide, and one that learns besides. */
const decider: Planner = { name: 'plain', decide: () => Promise.resolve([]) };
const learner = { ...decider, update: vi.fn(), save: vi.fn(), load: vi.fn() } as unknown as TrainablePlanner;

async function check(config: object, planner?: Planner): Promise<void> {
  const parsed = parseConfig({ ...base, ...config }, 'the test');
  await using composition = await compose({ config: parsed, directory: '.' }, { follower: true, planner: true });
  if (planner !== undefined) composition.container.register(TOKENS.planner, { useValue: planner });
  await checkTraining(composition);
}

it.each<[string, RegExp, object, Planner?]>([
  ['a follower that cannot learn', /follower "parrot" cannot be trained/, { training: { stage2 } }],
  ['a temperature at which nothing varies', /temperature 0/, { ...learning, temperature: 0, training: { stage2 } }],
  [
    'an estimator by step for the follower, whatever the planner estimates',
    /"gae" needs value estimates, and followers make none/,
    {
      planner: { ...gru, options: { ...gru.options, value: true } },
      training: { stage2: { follower: { estimator: 'gae' } } },
    },
  ],
  ['one for a leader without value estimates', /planner "gru" makes none/, { training: { estimator: 'gae' } }],
  ['a planner that cannot learn', /"plain" cannot be trained/, {}, decider],
  ['a planner that cannot imitate', /"plain" cannot imitate/, {}, learner],
  [
    'a planner that cannot be frozen',
    /"plain" cannot be frozen/,
    { training: { ...fromScratch, stage2: { kl: 1 } } },
    learner,
  ],
  ['a second stage of a sequence', /without training\.stage2\.iterations/, { continual: {}, training: { stage2 } }],
  ['a sequence that starts from a run', /without training\.startFrom/, { continual: {}, training: { startFrom: 'x' } }],
  [
    'a backend that cannot be used',
    /no such device/,
    { training: fromScratch },
    { ...learner, learnsOn: () => Promise.reject(new ConfigError('no such device', { remedy: '' })) } as Planner,
  ],
])('refuses %s', async (_, message, config, planner) => {
  await expect(check(config, planner)).rejects.toThrow(message);
});

it('lets pass what a stage that is left out could not do', async () => {
  await check({ temperature: 0 });
  await check({ temperature: 0, training: { stage2: { iterations: 1, mode: 'leader' } } });
  await check({ training: fromScratch }, learner);
});

it('refuses before there is a run folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsim-check-'));
  try {
    writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify({ ...base, training: { stage2 } }));
    const { status, stderr } = await runRsim(folder, ['train', '--run', 'run']);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/cannot be trained/) as string,
    });
    expect(existsSync(join(folder, 'run'))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
