import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultStrategies, parseConfig, TOKENS } from '@rsim/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compose } from './composition.js';
import { openRun } from './open-run.js';
import { imitationStage, trainable } from './run-training.js';
import { parrotConfig } from './testing/parrot-config.js';

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-imitation-'));
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Imitates with a strategy set in which one of the oracle's strategies is missing. */
async function imitateWithout(strategy: string): Promise<void> {
  const training = { stage0: { kind: 'imitation', episodes: 42 } };
  const loaded = { config: parseConfig({ ...parrotConfig, training }, 'test'), directory: '.' };
  await using composition = await compose(loaded, { follower: true, planner: true });
  const { container } = composition;
  const planner = trainable(container.resolve(TOKENS.planner));
  const strategies = defaultStrategies.strategies.filter(({ id }) => id !== strategy);
  container.registerInstance(TOKENS.strategySet, { ...defaultStrategies, strategies });
  using run = openRun(folder, loaded, {});
  const signal = new AbortController().signal;
  await imitationStage({ composition, run, signal }, planner, container.resolve(TOKENS.suites));
}

test('a warm start without a single demonstration is refused, not passed over', async () => {
  await expect(imitateWithout('decomposition')).rejects.toMatchObject({
    message: expect.stringMatching(/^all 42 demonstrations of the oracle failed, the first: /) as string,
    remedy: expect.stringMatching(/training\.stage0\.kind=scripted/) as string,
  });
});

test('demonstrations that fail are told of, and the others are learned from', async () => {
  await imitateWithout('validation');
  expect(said).toMatch(/warning: \d+ of 42 episodes failed, the first with /);
});
