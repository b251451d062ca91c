import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HubError } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { fixture } from './fixtures.js';
import { readOnnxModelFolder } from './onnx-model-folder.js';

const commit = 'a'.repeat(40);

describe('readOnnxModelFolder', () => {
  let cache = '';
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'rsim-hub-'));
    vi.stubEnv('HF_HUB_CACHE', cache);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(cache, { recursive: true });
  });

  it('reads what the files say of the model', async () => {
    const model = await readOnnxModelFolder({ model: fixture('qwen2'), dtype: 'fp16' });
    expect(model).toMatchObject({ name: 'qwen2-fp16', endOfTurn: [2], contextLength: 256, vocabularySize: 290 });
    expect(model.chatTemplate).not.toBeNull();
  });

  it("finds the hub's models in its cache", async () => {
    const repository = join(cache, 'models--organisation--tiny');
    await mkdir(join(repository, 'refs'), { recursive: true });
    await writeFile(join(repository, 'refs', 'main'), commit);
    await cp(fixture('qwen2'), join(repository, 'snapshots', commit), { recursive: true });
    const model = await readOnnxModelFolder({ model: 'hf://organisation/tiny', dtype: 'fp32' });
    expect(model.name).toBe('organisation/tiny');
    expect(model.file).toContain(commit);
    await expect(readOnnxModelFolder({ model: 'hf://organisation/other', dtype: 'fp32' })).rejects.toThrow(HubError);
  });
});
