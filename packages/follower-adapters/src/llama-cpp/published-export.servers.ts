import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies, Random } from '@rsim/core';
import { exportModel, readPublishedModel, startLora, writePeftFolder } from '@rsim/lm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { z } from 'zod';

import { strategy } from '../onnx/fixtures.js';
import { writeRandomCheckpoint } from '../testing/random-checkpoint.js';
import { openTfjsFollower } from '../tfjs/open-tfjs-follower.js';
import { tfjsOptionsSchema } from '../tfjs/tfjs-options.js';
import { llamaCppOptionsSchema } from './llama-cpp-options.js';
import { openLlamaCppFollower } from './open-llama-cpp-follower.js';

const library = inject('llamaLibrary');
const conversation = { system: '', injection: '\n\n{id}\n' };
const questions = ['Tom has 60 apples.', "It's 1234 apples, isn't it?\n Les 'Apples'  =a", 'Żółć 東京 😀'];

/** The partings of other published tokenizers, in place of the fixture's, which is GPT-2's. */
const partings = {
  SmolLM: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    ],
  },
  Qwen2: splitWith('\\p{N}'),
  'Llama 3': splitWith('\\p{N}{1,3}'),
};

function splitWith(digits: string): object {
  const Regex = `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
  return {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', behavior: 'Isolated', invert: false, pattern: { Regex } },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    ],
  };
}

describe.skipIf(library === null)('a published checkpoint as GGUF, over node-llama-cpp itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-published-'));
    await writeRandomCheckpoint(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string, object | null]>([['GPT-2', null], ...Object.entries(partings)])(
    'reads and writes what the checkpoint does, with texts parted as %s parts them',
    async (name, parting) => {
      if (parting !== null) {
        const file = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')) as { model: object };
        const model = { ...file.model, ignore_merges: name === 'Llama 3' };
        await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ ...file, model, pre_tokenizer: parting }));
      }
      const [model = ''] = await exportModel(folder, 'gguf', join(folder, name));
      await expectSame(model, {});
    },
  );

  it('is merged with an adapter', async () => {
    const adapter = join(folder, 'adapter');
    const { config } = await readPublishedModel(folder);
    const random = Random.of(9);
    const fresh = startLora(config, { rank: 2, alpha: 4, targets: ['q_proj', 'up_proj', 'down_proj'] }, random);
    for (const { data } of fresh.weights.values()) data.forEach((_, index) => (data[index] = random.next() - 0.5));
    await mkdir(adapter);
    await writePeftFolder(adapter, fresh);
    const [model = ''] = await exportModel(folder, 'gguf', join(folder, 'merged'), adapter);
    await expectSame(model, { lora: { adapter } });
    await expect(expectSame(model, {})).rejects.toThrow();
  });

  /** Steps over the file `model`, and those of the checkpoint. */
  async function expectSame(model: string, learning: Pick<z.input<typeof tfjsOptionsSchema>, 'lora'>): Promise<void> {
    const options = llamaCppOptionsSchema.parse({ ...conversation, model, gpu: false, threads: 1 });
    await using here = await openLlamaCppFollower(options, '/', () => import(/* @vite-ignore */ library as string));
    const asked = tfjsOptionsSchema.parse({ ...conversation, ...learning, model: folder, workers: 0 });
    const context = { seed: 1, strategySet: defaultStrategies, configDirectory: '.' };
    await using there = await openTfjsFollower(asked, context);
    for (const question of questions) {
      await using one = await here.open(question);
      await using other = await there.open(question);
      for (const id of ['decomposition', 'continuation', 'termination']) {
        // Few tokens, since rounding decides between those that random weights make almost as likely.
        const step = { maxTokens: 20, temperature: 0, seed: 1 };
        const [own, expected] = [await one.step(strategy(id), step), await other.step(strategy(id), step)];
        const { tokens, text, finish, usage } = expected;
        expect(own).toMatchObject({ tokens, text, finish, usage });
        for (const [index, value] of own.logProbabilities.entries()) {
          expect(Math.abs(value - (expected.logProbabilities[index] as number))).toBeLessThan(0.03);
        }
      }
    }
  }
});
