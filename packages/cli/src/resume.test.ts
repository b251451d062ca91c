import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolder } from '@rsim/tracking';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parrotConfig } from './testing/parrot-config.js';
import { runRsim } from './testing/run-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const small = { problemsPerIteration: 3, group: 2, epochs: 1, iterations: 2 };
const config = {
  ...parrotConfig,
  training: {
    ...{ ...small, checkpointEvery: 1 },
    stage0: { ...small, kind: 'imitation-and-scripted', episodes: 6 },
    stage2: { ...small, mode: 'leader' },
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-resume-'));
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, 'run', 'checkpoints', ...names);
const trained = () => readFileSync(at('trained', 'planner.safetensors'));
const iterations = () => RunFolder.readJournal(join(folder, 'run')).filter(({ event }) => event === 'iteration').length;

/** Damages every checkpoint of a stage. */
function damage(stage: string): void {
  for (const name of readdirSync(at(stage))) writeFileSync(at(stage, name, 'planner', 'planner.safetensors'), '');
}

/** Goes on with the run as one that was killed before it said that it was trained. */
async function resume() {
  rmSync(at('trained'), { recursive: true, force: true });
  const { status, stderr } = await runRsim(folder, ['train', '--resume', 'run', '--no-evaluation']);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return { stderr, refused: stderr.split('\n').filter((line) => line.includes('is refused')).length };
}

test('goes on from the newest whole stage, and does again what is damaged and needed', async () => {
  expect(await runRsim(folder, ['train', '--run', 'run', '--no-evaluation'])).toMatchObject({ status: 0 });
  const whole = trained();
  expect(iterations()).toBe(6);

  // Nobody needs what came before stage 2.
  writeFileSync(at('imitation', 'planner.safetensors'), '');
  for (const stage of ['stage0', 'real']) damage(stage);
  expect((await resume()).refused).toBe(0);
  expect(iterations()).toBe(6);
  expect(trained().equals(whole)).toBe(true);

  // Now everything is needed, and nothing is whole.
  damage('stage2');
  const { stderr, refused } = await resume();
  expect(refused).toBe(7);
  expect(stderr).toMatch(
    /^warning: what followed the last whole checkpoint is done again: checkpoint .* is refused: /m,
  );
  expect(stderr).not.toMatch(/\.;/);
  expect(iterations()).toBe(12);
  expect(trained().equals(whole)).toBe(true);
});
