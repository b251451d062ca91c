import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, vi } from 'vitest';

import { loadTrainingCheckpoint, saveTrainingCheckpoint } from './training-checkpoint.js';

vi.mock('node:fs/promises', { spy: true });

it('is on the disk before a file takes its name, so that a power cut leaves the one before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rsim-decoder-checkpoint-'));
  const weights = new Map([['a', { shape: [1], data: Float32Array.of(2) }]]);
  const checkpoint = {
    ...{ progress: { step: 1, documents: 0, tokens: 0, losses: [] }, weights },
    moments: { first: weights, second: weights },
  };
  await saveTrainingCheckpoint(folder, 'same', checkpoint);
  const written = vi.mocked(writeFile).mock.calls.map(([file, , options]) => [String(file), options]);
  expect(written).toEqual([
    [join(folder, 'step-1.safetensors.new'), { flush: true }],
    [join(folder, 'checkpoint.json.new'), { flush: true }],
  ]);
  expect(await loadTrainingCheckpoint(folder, 'same')).toEqual(checkpoint);
  await rm(folder, { recursive: true });
});
