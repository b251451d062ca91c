import { appendFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError, WeightsError } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEncoderFolder } from './encoder-folder.js';
import { encoderPlannerOptionsSchema } from './encoder-options.js';
import type { EncoderPlannerInput } from './encoder-options.js';
import { writeTinyEncoder } from './testing/tiny-encoder.js';

let root: string;
let model: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rsim-encoder-'));
  model = await writeTinyEncoder(join(root, 'tiny'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const read = (options: Partial<EncoderPlannerInput> = {}) =>
  readEncoderFolder(encoderPlannerOptionsSchema.parse({ model, ...options }));

async function write(file: string, changes: object): Promise<void> {
  const before = await readFile(join(model, file), 'utf8').catch(() => '{}');
  await mkdir(join(model, '1_Pooling'), { recursive: true });
  await writeFile(join(model, file), JSON.stringify({ ...(JSON.parse(before) as object), ...changes }));
}

describe("an encoder's folder", () => {
  it('tells name, pooling and length', async () => {
    expect(await read()).toMatchObject({ name: 'tiny', settings: { pooling: 'mean', maxTokens: 48, threads: 1 } });
    await write('1_Pooling/config.json', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
    await write('sentence_bert_config.json', { max_seq_length: 20 });
    expect(await read()).toMatchObject({ settings: { pooling: 'cls', maxTokens: 20 } });
    expect(await read({ pooling: 'last', maxTokens: 10 })).toMatchObject({
      settings: { pooling: 'last', maxTokens: 10 },
    });
    await write('config.json', { model_type: 'roberta' });
    await write('sentence_bert_config.json', { max_seq_length: null });
    expect(await read()).toMatchObject({ settings: { maxTokens: 46 } });
  });

  it.each([
    ['a pooling that is not there', { pooling_mode_max_tokens: true }],
    ['two of them', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true }],
  ])('wants %s, and is told to choose', async (_, pooling) => {
    await write('1_Pooling/config.json', pooling);
    await expect(read()).rejects.toMatchObject({
      code: 'model-unknown',
      remedy: /planner\.options\.pooling/ as unknown,
    });
    await expect(read({ pooling: 'mean' })).resolves.toBeDefined();
  });

  it('has a fingerprint of all that its vectors depend on', async () => {
    const { fingerprint } = await read();
    expect(fingerprint).toMatch(/^the encoder sha256:[0-9a-f]{64} \(mean, normalised, 48 tokens\)$/);
    expect((await read({ threads: 2, remembered: 5 })).fingerprint).toBe(fingerprint);
    const others = [{ pooling: 'cls' }, { normalise: false }, { prefix: 'query: ' }, { maxTokens: 9 }] as const;
    for (const other of others) expect((await read(other)).fingerprint).not.toBe(fingerprint);
    for (const file of ['onnx/model.onnx_data', 'tokenizer.json', 'onnx/model.onnx']) {
      const before = (await read()).fingerprint;
      await appendFile(join(model, file), ' ');
      expect((await read()).fingerprint, file).not.toBe(before);
    }
  });

  it.each(['config.json', 'tokenizer.json'])('must have a %s', async (file) => {
    await rm(join(model, file));
    await expect(read()).rejects.toThrow(WeightsError);
    await expect(read()).rejects.toThrow(`${file} is not usable: there is no such file`);
  });

  it('must have the graph that is asked for', async () => {
    await expect(read({ dtype: 'q8' })).rejects.toMatchObject({
      message: /has no onnx.model_quantized\.onnx and no model_quantized\.onnx/ as unknown,
      remedy: /onnx.model\.onnx/ as unknown,
    });
    await rm(join(model, 'onnx'), { recursive: true });
    await expect(read()).rejects.toMatchObject({ remedy: /--task feature-extraction/ as unknown });
  });

  it("is found in the hub's cache", async () => {
    const commit = 'a'.repeat(40);
    const repository = join(root, 'models--organisation--tiny');
    await mkdir(join(repository, 'refs'), { recursive: true });
    await writeFile(join(repository, 'refs', 'main'), commit);
    await cp(model, join(repository, 'snapshots', commit), { recursive: true });
    vi.stubEnv('HF_HUB_CACHE', root);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect(await read({ model: 'hf://organisation/tiny' })).toMatchObject({ name: 'organisation/tiny' });
    await expect(read({ model: 'hf://organisation/other' })).rejects.toThrow(HubError);
  });
});
