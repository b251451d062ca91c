import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EpisodesError, type TaskSuite } from '@rsim/core';
import { wordProblems } from '@rsim/tasks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { accuracyAlone } from './accuracy-alone.js';
import { writeTinyModel } from './testing/tiny-model.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-alone-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();
const suite: TaskSuite = wordProblems();

test('a model that learned nothing solves none or few', async () => {
  await writeTinyModel(folder);
  const { 'word-problems': accuracy } = await accuracyAlone(folder, [suite], signal);
  expect(accuracy).toBeLessThan(0.1);
});

test('one that cannot read a single problem is not one that solves none', async () => {
  await writeTinyModel(folder, { maxPositions: 8 });
  const measuring = accuracyAlone(folder, [suite], signal);
  await expect(measuring).rejects.toThrow(EpisodesError);
  await expect(measuring).rejects.toThrow(/^all 200 episodes of suite "word-problems" failed, the first: .*8/);
});
