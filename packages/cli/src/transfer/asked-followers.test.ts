import { ConfigError, parseConfig } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askedFollowers } from './asked-followers.js';
import { columnNames, modelNameOf } from './follower-names.js';
import { splitName, splitWords } from './split-words.js';

const config = parseConfig(
  {
    follower: { name: 'embedded', options: { model: 'micro' } },
    unseenFollowers: [
      { name: 'http', label: 'server', options: { url: 'http://127.0.0.1:1' } },
      { name: 'onnx', options: { model: './a' } },
      { name: 'onnx', options: { model: './b' } },
    ],
  },
  'test',
);

const named = async (...words: string[]) =>
  (await askedFollowers(words, config)).map(({ asked: { label, name, options } }) => [label, name, options['model']]);

describe('askedFollowers', () => {
  it('takes labels and providers of the configuration, embedded models, and providers with options', async () => {
    expect(await named('server,nano', 'other=base', 'mine=onnx:{"model":"./c","batch":8}', 'tfjs:')).toEqual([
      ['server', 'http', undefined],
      [undefined, 'embedded', 'nano'],
      ['other', 'embedded', 'base'],
      ['mine', 'onnx', './c'],
      [undefined, 'tfjs', undefined],
    ]);
    expect(await named('embedded')).toEqual([[undefined, 'embedded', 'micro']]);
  });

  it('takes all of the configuration when nothing is named', async () => {
    expect((await askedFollowers([], config)).map(({ place }) => place)).toEqual([
      ...['follower', 'unseenFollowers.0', 'unseenFollowers.1', 'unseenFollowers.2'],
    ]);
  });

  it.each([
    ['onnx', /names 2 entries of the configuration/],
    ['nobody', /names no follower/],
    ['onnx:{"model"', /cannot be read/],
    ['onnx:[1]', /it is no object/],
  ])('refuses %s', async (word, message) => {
    await expect(askedFollowers([word], config)).rejects.toThrow(ConfigError);
    await expect(askedFollowers([word], config)).rejects.toThrow(message);
  });
});

describe('columnNames', () => {
  it('tells programs apart that run one model, and refuses a name twice', () => {
    const nano = { name: 'embedded', options: { model: 'nano' } };
    const exported = { name: 'onnx', options: { model: './exports/nano/' } };
    expect(columnNames([nano, exported, { ...nano, label: 'mine' }])).toEqual(['nano', 'nano (onnx)', 'mine']);
    expect(() => columnNames([nano, nano, nano])).toThrow(/called "nano \(embedded\)"/);
    expect(modelNameOf({ name: 'http', options: { model: 'Qwen/Qwen2.5' } })).toBe('Qwen/Qwen2.5');
    expect(modelNameOf({ name: 'parrot', options: {} })).toBe('parrot');
  });
});

describe('splitWords', () => {
  it('parts lists at commas outside of braces', () => {
    expect(splitWords(['a,b', 'x:{"m":[1,2],"n":{"o":1}},c', ' , '])).toEqual([
      'a',
      'b',
      'x:{"m":[1,2],"n":{"o":1}}',
      'c',
    ]);
    expect(splitName('a=b=c')).toEqual({ name: 'a', rest: 'b=c' });
    expect(splitName('x:{"a":"b=c"}')).toEqual({ name: null, rest: 'x:{"a":"b=c"}' });
  });

  it('gives back words without commas as they are', () => {
    const word = fc.stringMatching(/^[a-z.:/]{1,12}$/u);
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(splitWords([words.join(',')])).toEqual(words);
      }),
    );
  });
});
