import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlannerError, WeightsError } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEncoderFolder } from './encoder-folder.js';
import { encoderPlannerOptionsSchema } from './encoder-options.js';
import type { EncoderPlannerInput } from './encoder-options.js';
import { SentenceEncoder } from './sentence-encoder.js';
import { writeTinyEncoder } from './testing/tiny-encoder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-encoder-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function load(options: Partial<EncoderPlannerInput> = {}): Promise<SentenceEncoder> {
  const { settings } = await readEncoderFolder(encoderPlannerOptionsSchema.parse({ model: folder, ...options }));
  return SentenceEncoder.load(settings);
}

async function embed(text: string, options: Partial<EncoderPlannerInput> = {}): Promise<number[]> {
  return [...(await (await load(options)).embed(text))];
}

describe('a sentence encoder', () => {
  it('gives a text a vector of length 1, the same whatever was read before', async () => {
    await writeTinyEncoder(folder);
    const encoder = await load();
    const first = await encoder.embed('it is about 27');
    await encoder.embed('checked, and something longer than that');
    expect(await encoder.embed('it is about 27')).toEqual(first);
    expect(first).toHaveLength(8);
    expect(Math.hypot(...first)).toBeCloseTo(1, 6);
    expect(await encoder.embed('it is 27')).not.toEqual(first);
  });

  it('pools as it is told, and scales only where it is asked to', async () => {
    await writeTinyEncoder(folder);
    const [mean, cls, last] = await Promise.all(
      (['mean', 'cls', 'last'] as const).map((pooling) => embed('', { pooling, normalise: false })),
    );
    // Without a word there are the two marks, of which the one is first and the other last.
    mean!.forEach((value, index) => expect(value).toBeCloseTo((cls![index]! + last![index]!) / 2, 6));
    expect(Math.hypot(...mean!)).not.toBeCloseTo(1, 2);
    expect(await embed('', { pooling: 'mean' })).toEqual(await embed(''));
  });

  it('reads the beginning of a text that is too long, its marks included', async () => {
    await writeTinyEncoder(folder, { positions: 10 });
    const whole = await embed('a b c d e f g h');
    expect(await embed('a b c d e f g h i j k l')).toEqual(whole);
    expect(await embed(`a b c d e f g h ${'x '.repeat(100_000)}`)).toEqual(whole);
    expect(await embed('a b c d e f g')).not.toEqual(whole);
    expect(await embed('a b c d e f g h', { maxTokens: 6 })).toEqual(await embed('a b c d', { maxTokens: 6 }));
    expect(await embed('a b c d e f g h', { maxTokens: 500 })).toEqual(whole);
  });

  it('reads any text: without words, of unknown characters, with a prefix', async () => {
    await writeTinyEncoder(folder);
    for (const text of ['', ' \n', '漢字 🙂', '\ud800', 'a'.repeat(300)])
      expect((await embed(text)).every(Number.isFinite)).toBe(true);
    expect(await embed('part', { prefix: 'work ' })).toEqual(await embed('work part'));
  });
});

describe('a model that cannot be used', () => {
  async function refusal(options: Partial<EncoderPlannerInput> = {}): Promise<WeightsError> {
    const thrown = await load(options).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(WeightsError);
    expect((thrown as WeightsError).remedy).not.toBe('');
    return thrown as WeightsError;
  }

  it('needs an input that is not known', async () => {
    await writeTinyEncoder(folder, { strange: 'pixel_values' });
    expect((await refusal()).message).toMatch(/is no sentence encoder: it needs the input pixel_values/);
  });

  it('has no vectors of tokens', async () => {
    await writeTinyEncoder(folder, { isPooled: true });
    expect((await refusal()).message).toMatch(/no output with a vector for each token/);
  });

  it('was cut off', async () => {
    await writeTinyEncoder(folder);
    await truncate(join(folder, 'onnx/model.onnx'), 3000);
    expect((await refusal()).message).toMatch(/model\.onnx cannot be loaded/);
  });

  it('has the tokenizer of another', async () => {
    await writeTinyEncoder(folder);
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, vocab_size: 40 }));
    expect(await refusal()).toMatchObject({ code: 'tokenizer-mismatch' });
  });

  it('gives what is no number', async () => {
    await writeTinyEncoder(folder, { scale: NaN });
    await expect(embed('it is')).rejects.toThrow(PlannerError);
    await expect(embed('it is')).rejects.toThrow(/cannot read "it is": its vector has numbers that are not finite/);
  });

  it('has fewer positions than its files say', async () => {
    await writeTinyEncoder(folder, { positions: 8 });
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as object;
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 512 }));
    await expect(embed('a b c d e f g h i')).rejects.toMatchObject({ code: 'text-not-encodable' });
  });
});
