import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { replayTransformers } from '../testing/transformers-greedy.js';

const python = inject('transformersPython');
const script = fileURLToPath(new URL('../../../../tools/torch-followers/greedy-fixtures.py', import.meta.url));
/** Others than that of the committed checkpoints, of which the unit test has the same. */
const seeds = [101, 102];

describe.skipIf(python === null)("checkpoints of Python's transformers", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-transformers-'));
    for (const seed of seeds) await promisify(execFile)(python as string, [script, join(folder, `${seed}`), `${seed}`]);
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true }));

  it.each(seeds.flatMap((seed) => [`${seed}/qwen2`, `${seed}/llama`]))('are written with alike: %s', async (name) => {
    const { written, expected, distances } = await replayTransformers(join(folder, name));
    expect(written).toEqual(expected);
    expect(Math.max(...distances)).toBeLessThan(1e-4);
  });
});
