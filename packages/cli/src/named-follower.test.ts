import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Follower } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { namedFollower } from './named-follower.js';
import { trainableFollower } from './run-training.js';
import { runRsim } from './testing/run-rsim.js';
import { writeTinyModel } from './testing/tiny-model.js';

// Every command is a process of its own, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

/** Keeps its weights where only its own methods reach them. */
class Learner implements Pick<Follower, 'name' | 'fingerprint'> {
  readonly name = 'model';
  #updates = 0;
  get fingerprint(): string {
    return `after ${this.#updates}`;
  }
  update(): void {
    this.#updates += 1;
  }
  transcript = () => null;
}

test('is the follower in all but what is to be other, and stays so as that learns', () => {
  const learner = new Learner() as unknown as Follower;
  const named = namedFollower(learner, 'pupil');
  expect([named.name, named.fingerprint]).toEqual(['pupil', 'after 0']);
  (trainableFollower(named) as unknown as Learner).update();
  expect(named.fingerprint).toBe('after 1');
  expect('freeze' in named).toBe(false);
  expect(namedFollower(learner, 'pupil', { fingerprint: 'known' }).fingerprint).toBe('known');
});

test('one that cannot learn still cannot, and is told by its label', () => {
  const follower = namedFollower(Object.freeze({ name: 'model' }) as Follower, 'pupil');
  expect(() => trainableFollower(follower)).toThrow(/follower "pupil" cannot be trained/);
});

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-named-'));
  await writeTinyModel(join(folder, 'tiny'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a follower has the time for a step that the configuration gives it', async () => {
  const training = { problemsPerIteration: 1, group: 2, stage0: { kind: 'none' } };
  const slow = { follower: { name: 'tfjs', stepSeconds: 1e-3, options: { model: './tiny', workers: 0 } } };
  const config = {
    ...slow,
    unseenFollowers: [],
    tasks: [{ suite: 'word-problems' }],
    training,
  };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  const { status, stderr } = await runRsim(folder, ['train', '--run', 'run']);
  expect(stderr).toContain('no answer within 0.001 s; one that is slow needs larger `stepSeconds`');
  expect(status).toBe(2);
});

test('a follower with a label learns together with its leader, and is evaluated as it learned', async () => {
  const few = { iterations: 1, problemsPerIteration: 1, group: 3, epochs: 1, minibatches: 1 };
  const config = {
    follower: { name: 'tfjs', label: 'pupil', options: { model: './tiny', workers: 0, backend: 'cpu' } },
    unseenFollowers: [],
    tasks: [{ suite: 'word-problems' }],
    budget: { steps: 3, tokens: 40, answerTokens: 6 },
    // Both go by how much was written, which differs whoever writes.
    rewards: [{ name: 'leader-cost' }, { name: 'follower-length', options: { most: 60, margin: 60 } }],
    planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8, backend: 'cpu' } },
    training: { ...few, stage0: { kind: 'none' }, stage2: { ...few, mode: 'joint', follower: { minibatches: 1 } } },
    evaluation: { problems: 2, resamples: 20, policies: ['planner'] },
  };
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  const { status, stderr } = await runRsim(folder, ['train', '--run', 'run']);
  expect(stderr).toContain('follower on cpu');
  expect(status).toBe(0);
  const learned = RunFolder.readJournal(join(folder, 'run')).find(({ stage }) => stage === 'stage2');
  expect(learned).toMatchObject({ followerUpdate: { policy: { loss: expect.any(Number) as number } } });

  // With the weights that it learned: what is known of others would not count.
  const cells = () => readdirSync(join(folder, 'run', 'cells'));
  const known = cells();
  const again = await runRsim(folder, ['eval', 'run', '--json']);
  expect(again.status).toBe(0);
  expect(cells()).toEqual(known);
  expect((JSON.parse(again.stdout) as { rows: { follower: string }[] }).rows).toMatchObject([{ follower: 'pupil' }]);
});
