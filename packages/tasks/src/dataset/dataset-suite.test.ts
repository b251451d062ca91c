import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentKey, defaultStrategies, splitOf, take, type ProviderContext, type Split } from '@rsim/core';
import { suiteFlaws } from '@rsim/core/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answerLine } from './answer-format.js';
import { DatasetSuite } from './dataset-suite.js';
import { datasetOptions, openDataset } from './provider.js';
import type { DatasetRecipe } from './recipe.js';
import { parseRow, type Row } from './row.js';

const format = answerLine('the number');
const schema = z.object({ question: z.string(), answer: z.number(), level: z.number().optional() });

const recipe: DatasetRecipe<null> = {
  name: 'sums',
  title: 'Sums',
  card: { domain: 'mathematics', size: { train: 40, test: 10 }, licence: 'MIT', origin: 'this file' },
  budget: { steps: 4, tokens: 100, answerTokens: 10 },
  sources: { all: 'hf://datasets/none/none/rows.jsonl' },
  format,
  entries: (row) => {
    const { question, answer, level = 1 } = parseRow(schema, row);
    return [{ question, answer: String(answer), level, solution: `It is ${answer}.`, data: null }];
  },
  verify: ({ answer }, text) => {
    const extracted = format.read(text);
    if (extracted === null) return { status: 'unparsed', score: 0, extracted };
    return { status: extracted === answer ? 'correct' : 'wrong', score: extracted === answer ? 1 : 0, extracted };
  },
};

const rows = (count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    value: { question: `What is ${from + index} and one?`, answer: from + index + 1, level: 1 + (index % 2) },
    place: `rows.jsonl, line ${index + 1}`,
  }));

const all = (suite: DatasetSuite<null>, split: Split, seed = 1) => take(suite.problems({ split, seed }), 1000);

describe('DatasetSuite', () => {
  it('conforms to the port, with splits by content and with those of the source', async () => {
    expect(await suiteFlaws(new DatasetSuite(recipe, { all: rows(100) }, { seed: 1 }))).toEqual([]);
    const upstream = { train: rows(60), test: rows(20, 1000) };
    expect(await suiteFlaws(new DatasetSuite(recipe, upstream, { seed: 1, shots: 2 }))).toEqual([]);
  });

  it('keeps the splits of the source, and makes the validation split out of training rows', () => {
    const suite = new DatasetSuite(recipe, { train: rows(100), test: rows(20, 1000) }, { seed: 1 });
    expect(all(suite, 'test')).toHaveLength(20);
    expect(all(suite, 'train').length + all(suite, 'validation').length).toBe(100);
    expect(all(suite, 'validation').every(({ key }) => splitOf(key) === 'validation')).toBe(true);
    const whole = new DatasetSuite(
      recipe,
      { train: rows(100), validation: rows(5, 500), test: rows(20, 1000) },
      { seed: 1 },
    );
    expect([whole.count({ split: 'train' }), whole.count({ split: 'validation' })]).toEqual([100, 5]);
  });

  it('has a question of several splits in the test split only, and each question once', () => {
    const suite = new DatasetSuite(recipe, { train: [...rows(30), ...rows(30)], test: rows(10) }, { seed: 1 });
    expect(suite.count({ split: 'test' })).toBe(10);
    expect(suite.count({ split: 'train' }) + suite.count({ split: 'validation' })).toBe(20);
  });

  it('orders problems by the seed and restricts them to levels', () => {
    const suite = new DatasetSuite(recipe, { all: rows(60) }, { seed: 1 });
    expect(all(suite, 'train', 1)).not.toEqual(all(suite, 'train', 2));
    expect(new Set(all(suite, 'train', 1).map(({ key }) => key))).toEqual(
      new Set(all(suite, 'train', 2).map(({ key }) => key)),
    );
    expect(suite.levels).toEqual([1, 2]);
    expect(new DatasetSuite(recipe, { all: rows(60) }, { seed: 1, levels: [2] }).levels).toEqual([2]);
    expect(() => take(suite.problems({ split: 'train', seed: 1, levels: [3] }), 1)).toThrow(
      'suite "sums" has no level 3',
    );
  });

  it('states the answer format in every prompt, and shows solved training problems but never the problem itself', () => {
    const bare = new DatasetSuite(recipe, { train: rows(6), test: rows(3, 1000) }, { seed: 1 });
    const [problem] = all(bare, 'test');
    expect(problem?.prompt).toBe(`${problem?.question}\n\n${format.instruction}`);
    const suite = new DatasetSuite(recipe, { train: rows(6), test: rows(3, 1000) }, { seed: 1, shots: 3 });
    const training = new Set(all(suite, 'train').map(({ question }) => question));
    for (const split of ['train', 'test'] as const) {
      for (const { prompt = '', question, key } of all(suite, split)) {
        const asked = [...prompt.matchAll(/^Question: (.*)$/gm)].map(([, text]) => text!);
        expect(prompt.startsWith(format.instruction)).toBe(true);
        expect(asked.at(-1)).toBe(question);
        expect(new Set(asked).size).toBe(4);
        expect(asked.slice(0, -1).every((text) => training.has(text))).toBe(true);
        expect(key).toBe(contentKey('sums', question));
      }
    }
    expect(() => new DatasetSuite(recipe, { test: rows(3) }, { seed: 1, shots: 1 })).toThrow(
      /0 training problems, too few for 1 examples/,
    );
  });

  it('leaves out what is known to be wrong, and says why', () => {
    const key = contentKey('sums', 'What is 3 and one?');
    const suite = new DatasetSuite(
      { ...recipe, exceptions: { [key]: 'the answer is 5 upstream' } },
      { test: rows(5) },
      { seed: 1 },
    );
    expect(suite.count({ split: 'test' })).toBe(4);
    expect(suite.exceptions).toEqual([{ key, reason: 'the answer is 5 upstream' }]);
  });

  it('names the place of a bad row', () => {
    const bad = [...rows(1), { value: { question: 'What?', answer: 'four' }, place: 'rows.jsonl, line 2' }];
    expect(() => new DatasetSuite(recipe, { all: bad }, { seed: 1 })).toThrow(
      /^rows\.jsonl, line 2: answer: .*expected number/,
    );
    expect(() => new DatasetSuite(recipe, { all: [] }, { seed: 1 })).toThrow('suite "sums" has no problems');
  });
});

describe('openDataset', () => {
  let folder: string;
  let context: ProviderContext;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsim-dataset-'));
    context = { seed: 1, strategySet: defaultStrategies, configDirectory: folder };
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, count: number, from = 0) =>
    writeFileSync(
      join(folder, name),
      rows(count, from)
        .map(({ value }) => JSON.stringify(value))
        .join('\n'),
    );
  const open = (options: unknown) => openDataset(recipe, datasetOptions.parse(options), context);

  it('tells the splits of a folder apart by the names of its files', async () => {
    mkdirSync(join(folder, 'data'));
    write('data/train-00000-of-00001.jsonl', 30);
    write('data/test_gold.jsonl', 7, 1000);
    write('data/dev.jsonl', 4, 2000);
    const suite = await open({ path: 'data' });
    expect((['train', 'validation', 'test'] as const).map((split) => suite.count?.({ split }))).toEqual([30, 4, 7]);
  });

  it('makes splits by content of a single file, unless it is named as one split', async () => {
    mkdirSync(join(folder, 'data'));
    write('data/test.jsonl', 50);
    for (const path of ['data', 'data/test.jsonl', { all: 'data/test.jsonl' }]) {
      expect((await open({ path })).count?.({ split: 'train' })).toBeGreaterThan(30);
    }
    expect((await open({ path: { test: 'data/test.jsonl' } })).count?.({ split: 'test' })).toBe(50);
  });

  it('says what is missing', async () => {
    await expect(open({ path: 'none' })).rejects.toThrow(/no such file/);
    await expect(open({ path: {} })).rejects.toThrow(/needs "all", or at least one of/);
    await expect(open({ path: { all: 'a', test: 'b' } })).rejects.toThrow(/needs "all"/);
  });
});

describe('answerLine', () => {
  it.each([
    ['answer: 42', '42'],
    ['First.\nAnswer: 1\n**Answer:** 42.5%\n', '42.5%'],
    ['The answer is: B', 'B'],
    ['so the answer: x; final answer: y', 'y'],
    ['answer:', null],
    ['answer', null],
    ['42', null],
    ['answer: \nanswers vary', null],
  ])('reads %j as %j', (text, answer) => {
    expect(format.read(text)).toBe(answer);
  });
});
