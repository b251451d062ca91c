import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { WeightsError } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readPublishedTokens } from './published-tokens.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-tokens-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What is read of a config with such files beside it. */
async function read(config: unknown, files: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return readPublishedTokens(join(folder, 'tokenizer_config.json'), config);
}

const jinja = { 'chat_template.jinja': 'jinja' };
const json = { 'chat_template.json': '{"chat_template": "json"}' };
const named = [
  { name: 'tool_use', template: 'tools' },
  { name: 'default', template: 'named' },
];

describe('readPublishedTokens', () => {
  it.each<[string, object, Record<string, string>, string | null]>([
    ['nowhere', {}, {}, null],
    ['in the config', { chat_template: 'config' }, {}, 'config'],
    ['among others', { chat_template: named }, {}, 'named'],
    ['for tools only', { chat_template: named.slice(0, 1) }, {}, null],
    ['in a file of its own', {}, jinja, 'jinja'],
    ['in the file of a processor', {}, json, 'json'],
    ['everywhere', { chat_template: 'config' }, { ...jinja, ...json }, 'jinja'],
    ['in the config and that of a processor', { chat_template: named }, json, 'named'],
  ])('takes the template that is %s', async (_, config, files, template) => {
    expect((await read(config, files)).chatTemplate).toBe(template);
  });

  it('takes marks that are texts, or written out', async () => {
    const config = { bos_token: '<s>', eos_token: { content: '</s>', lstrip: false }, pad_token: null };
    expect(await read(config)).toMatchObject({ beginning: '<s>', end: '</s>', padding: null, unknown: null });
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['tokenizer_config.json is not usable: chat_template: ', { chat_template: 5 }, {}],
    ['tokenizer_config.json is not usable: it: ', [], {}],
    ['chat_template.json is not usable: it is not JSON', {}, { 'chat_template.json': '{' }],
    ['chat_template.json is not usable: chat_template: ', {}, { 'chat_template.json': '{"chat_template": 5}' }],
  ])('says that %s', async (message, config, files) => {
    await expect(read(config, files)).rejects.toThrow(WeightsError);
    await expect(read(config, files)).rejects.toThrow(message);
  });
});
