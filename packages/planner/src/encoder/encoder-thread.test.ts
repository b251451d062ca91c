import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlannerError, WeightsError } from '@rsim/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEncoderFolder } from './encoder-folder.js';
import { encoderPlannerOptionsSchema } from './encoder-options.js';
import { EncoderThread } from './encoder-thread.js';
import { SentenceEncoder } from './sentence-encoder.js';
import type { EncoderSettings } from './sentence-encoder.js';
import { writeTinyEncoder } from './testing/tiny-encoder.js';

let folder: string;
let settings: EncoderSettings;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-encoder-'));
  const model = await writeTinyEncoder(folder, { width: 64, positions: 512 });
  ({ settings } = await readEncoderFolder(encoderPlannerOptionsSchema.parse({ model })));
});
afterAll(() => rm(folder, { recursive: true }));

const long = Array.from({ length: 40 }, (_, index) => `${index} `.repeat(250));

describe('EncoderThread', () => {
  it('gives what the calling thread would, to the bit, and leaves that free', async () => {
    const thread = new EncoderThread(settings);
    const encoder = await SentenceEncoder.load(settings);
    await thread.embed(['']);
    let turns = 0;
    const clock = setInterval(() => (turns += 1), 1);
    const vectors = await thread.embed(long);
    const besides = turns;
    const here = [];
    for (const text of long) here.push(await encoder.embed(text));
    clearInterval(clock);
    expect(vectors).toEqual(here);
    expect(besides).toBeGreaterThan(turns - besides);
    await thread.stop();
  });

  it('says what is wrong with an encoder, and with a text, as the encoder itself does', async () => {
    const missing = new EncoderThread({ ...settings, file: join(folder, 'none.onnx') });
    await expect(missing.embed([''])).rejects.toThrow(WeightsError);
    await expect(missing.embed([''])).rejects.toThrow(/none\.onnx cannot be loaded/);
    await missing.stop();
    const short = new EncoderThread({ ...settings, maxTokens: 600 });
    const failure = await short.embed(['a '.repeat(590)]).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(PlannerError);
    expect(failure).toMatchObject({ code: 'text-not-encodable', remedy: /maxTokens/ as unknown });
    await short.stop();
  });

  it('says so where it dies', async () => {
    const thread = new EncoderThread(settings, new URL('data:text/javascript,process.exit(3)'));
    await expect(thread.embed(['a'])).rejects.toMatchObject({
      code: 'encoder-stopped',
      message: "the thread of the planner's encoder stopped: it ended with code 3",
    });
  });
});
