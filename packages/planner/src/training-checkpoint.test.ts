import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newestCheckpoint } from './training-checkpoint.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

const newest = (path: string) =>
  newestCheckpoint(path, '{}', (error) => {
    throw error;
  });

it('finds none where nothing was written', async () => {
  expect(await newest(join(folder, 'none'))).toBe(null);
  expect(await newest(folder)).toBe(null);
});

it('does not take what it cannot read for nothing', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(newest(file)).rejects.toThrow(CheckpointError);
  await expect(newest(file)).rejects.toThrow(/cannot be read: ENOTDIR/);
});
