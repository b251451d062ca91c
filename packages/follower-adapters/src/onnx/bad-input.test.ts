import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RsimError } from '@rsim/core';
import { buildDecoderGraph } from '@rsim/lm';
import { OnnxGraph } from '@rsim/lm/onnx-graph';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { randomModel } from '../embedded/fixtures.js';
import { fixture, openFixture } from './fixtures.js';

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rsim-onnx-')), 'model');
  await cp(fixture('qwen2'), folder, { recursive: true });
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

/** The error that opening the folder ends with: one sentence that says what, and a remedy. */
async function refusal(options: Parameters<typeof openFixture>[0] = {}): Promise<RsimError> {
  const thrown = await openFixture({ model: folder, ...options }).then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(RsimError);
  expect((thrown as RsimError).remedy).not.toBe('');
  expect((thrown as RsimError).message).not.toContain('\n');
  return thrown as RsimError;
}

const notLoaded = (why: string): string =>
  `The ONNX model ${join(folder, 'onnx/model.onnx')} cannot be loaded: ${why}.`;

async function change(file: string, changes: object): Promise<void> {
  const path = join(folder, file);
  const json = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...json, ...changes }));
}

/** Gives another operator to the node that Optimum names so. */
async function changeOperator(file: string, name: string, operator: string): Promise<void> {
  const graph = new OnnxGraph(await readFile(file));
  const node = graph.nodes.find(({ output }) => output[0] === `${name}_output_0`);
  Object.assign(node as object, { opType: operator });
  await writeFile(file, graph.toBytes());
}

describe('a model that is not usable is named with what is wrong', () => {
  it('a folder that is not there', async () => {
    const error = await refusal({ model: join(folder, 'nowhere') });
    expect(error.message).toMatch(/config\.json is not usable: there is no such file/);
  });

  it('a variant that is not there, with those that are', async () => {
    await rm(join(folder, 'onnx/model_bnb4.onnx'));
    const error = await refusal({ dtype: 'bnb4' });
    expect(error.message).toMatch(/has no onnx.model_bnb4\.onnx and no model_bnb4\.onnx/);
    expect(error.remedy).toMatch(/onnx.model\.onnx, onnx.model_fp16\.onnx/);
  });

  it.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])('%s that is no JSON', async (file) => {
    await writeFile(join(folder, file), '{');
    expect((await refusal()).message).toContain(`${file} is not usable: it is not JSON`);
  });

  it.each([
    [{ vocab_size: 'many' }, 'vocab_size'],
    [{ vocab_size: undefined }, 'vocab_size'],
    [{ eos_token_id: 'end' }, 'eos_token_id'],
  ])('config.json with %o', async (changes, field) => {
    await change('config.json', changes);
    expect((await refusal()).message).toContain(`config.json is not usable: ${field}`);
  });

  it('an ONNX file that was cut off', async () => {
    await truncate(join(folder, 'onnx/model.onnx'), 60_000);
    expect(await refusal()).toMatchObject({
      code: 'weights-corrupt',
      message: notLoaded('it is cut off, or no ONNX model'),
    });
  });

  it.each([
    ['is empty', '', 'it is empty'],
    [
      'is a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:ab\n',
      'it is a Git LFS pointer, not the model itself',
    ],
    ['is a page', '<!doctype html>', 'it is cut off, or no ONNX model'],
  ])('an ONNX file that %s', async (_, content, why) => {
    await writeFile(join(folder, 'onnx/model.onnx'), content);
    expect(await refusal()).toMatchObject({ code: 'weights-corrupt', message: notLoaded(why) });
    expect(await refusal({ device: 'webgpu' })).toMatchObject({ message: notLoaded(why) });
  });

  it('an ONNX file that was cut off, found by a worker thread', async () => {
    await truncate(join(folder, 'onnx/model.onnx'), 60_000);
    expect(await refusal({ workers: 1 })).toMatchObject({ message: notLoaded('it is cut off, or no ONNX model') });
  });

  it.each([
    ['of com.microsoft', 'bnb4', '/model/layers.0/self_attn/q_proj/Add', 'MatMulBnb2'],
    ['of ONNX', 'fp32', '/model/layers.0/mlp/act_fn/Sigmoid', 'Sigmoid2'],
  ] as const)('an ONNX model with an operator %s that onnxruntime does not have', async (_, dtype, name, operator) => {
    const file = join(folder, dtype === 'fp32' ? 'onnx/model.onnx' : `onnx/model_${dtype}.onnx`);
    await changeOperator(file, name, operator);
    const error = await refusal({ dtype });
    expect(error.message).toBe(
      `The ONNX model ${file} cannot be loaded: it has the operator ${operator}, which this onnxruntime does not know.`,
    );
    expect(error.remedy).toContain('choose another with `dtype`');
  });

  it('an ONNX model that loads, but cannot be run', async () => {
    await changeOperator(join(folder, 'onnx/model.onnx'), '/model/Add', 'PRelu');
    expect(await refusal()).toMatchObject({
      code: 'weights-corrupt',
      message: expect.stringMatching(/^The ONNX model .*model\.onnx cannot be run: ./u) as unknown,
    });
  });

  it('an ONNX model with inputs of another kind', async () => {
    const { config, weights } = randomModel(1);
    await writeFile(join(folder, 'onnx/model.onnx'), buildDecoderGraph(config, weights));
    expect((await refusal()).message).toMatch(/needs the input tokens, which a text decoder does not have/);
  });

  it('a tokenizer that belongs to another model', async () => {
    const token = { id: 400, content: '<|more|>', special: true, lstrip: false, rstrip: false, normalized: false };
    await change('tokenizer.json', { added_tokens: [token] });
    expect(await refusal()).toMatchObject({
      code: 'tokenizer-mismatch',
      message: `The tokenizer in ${folder} has 401 tokens where its config.json says 290.`,
    });
  });

  it.each([
    [{ vocab_size: 600 }, /has 290 tokens where its config\.json says 600/],
    [{ eos_token_id: 77 }, /names token 77 as a mark, which its tokenizer\.json does not/],
    [{ eos_token_id: [2, 289] }, /names token 289 as a mark/],
    [{ bos_token_id: 300 }, /names token 300 as a mark/],
    [{ pad_token_id: 300 }, /names token 300 as a mark/],
  ])('a tokenizer of the same size that the config.json with %o does not go with', async (changes, message) => {
    await change('config.json', changes);
    expect(await refusal()).toMatchObject({ code: 'tokenizer-mismatch', message });
  });

  it('a config that says more tokens than the graph has', async () => {
    await change('config.json', { vocab_size: 300 });
    expect((await refusal()).message).toMatch(/^The config\.json says 300 tokens where the ONNX model .* has 290\.$/);
  });

  it('no config that names a padding which is none', async () => {
    await change('config.json', { pad_token_id: -1, bos_token_id: 77 });
    await using follower = await openFixture({ model: folder });
    expect(follower.name).toBe('model');
  });

  it('a tokenizer whose tokens cannot be put together', async () => {
    await change('tokenizer.json', { decoder: { type: 'WordPiece' } });
    expect((await refusal()).message).toMatch(/tokenizer\.json is not usable: it has WordPiece decoder/);
  });

  it('a model without a chat template, where a chat is wanted', async () => {
    await rm(join(folder, 'chat_template.jinja'));
    await change('tokenizer_config.json', { chat_template: undefined });
    expect((await refusal({ format: 'chat' })).message).toBe('The model has no chat template.');
  });

  it('a config that does not tell the length of the context', async () => {
    await change('config.json', { max_position_embeddings: undefined });
    expect((await refusal()).message).toMatch(/does not say how long its context is/);
  });

  it('a device that is not there', async () => {
    expect(await refusal({ device: 'cuda' })).toMatchObject({ code: 'device-unavailable' });
  });
});
