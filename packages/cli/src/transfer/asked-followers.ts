import { ConfigError, messageOf, type RsimConfig } from '@rsim/core';
import { embeddedModels } from '@rsim/follower-adapters';
import type { AskedFollower } from '../composition.js';
import { splitName, splitWords } from './split-words.js';

/** A follower as the matrix asks for it, and where that was said. */
export interface MatrixFollower {
  readonly asked: AskedFollower;
  readonly place: string;
}

/**
 * The followers that words name: a label or a provider of the configuration's entries, an embedded model, or a provider
 * with its options, `onnx:{"model":"./folder"}`; each may be given another name, `mine=nano`. Without words all followers
 * of the configuration.
 *
 * @throws ConfigError naming the word that means nothing, or nothing certain.
 */
export async function askedFollowers(words: readonly string[], config: RsimConfig): Promise<MatrixFollower[]> {
  const configured = configuredFollowers(config);
  if (words.length === 0) return configured;
  const models = (await embeddedModels()).map(({ name }) => name);
  return splitWords(words).map((word) => {
    const { name, rest } = splitName(word);
    const { asked, place } = found(rest, configured, models);
    return { asked: name === null ? asked : { ...asked, label: name }, place };
  });
}

function configuredFollowers({ follower, unseenFollowers }: RsimConfig): MatrixFollower[] {
  return [
    { asked: follower, place: 'follower' },
    ...unseenFollowers.map((asked, index) => ({ asked, place: `unseenFollowers.${index}` })),
  ];
}

function found(word: string, configured: readonly MatrixFollower[], models: readonly string[]): MatrixFollower {
  const place = `--followers ${word}`;
  const colon = word.indexOf(':');
  if (colon > 0) {
    const asked = { name: word.slice(0, colon), options: parsedOptions(word.slice(colon + 1), place) };
    return { asked, place };
  }
  const entries = configured.filter(({ asked: { label, name } }) => label === word || (label ?? name) === word);
  const [entry, another] = entries;
  if (entry !== undefined && another === undefined) return entry;
  if (another !== undefined) {
    throw new ConfigError(`${place} names ${entries.length} entries of the configuration`, {
      remedy: 'Give each a label in the configuration, and name that.',
    });
  }
  if (models.includes(word)) return { asked: { name: 'embedded', options: { model: word } }, place };
  const known = [...configured.map(({ asked }) => asked.label ?? asked.name), ...models];
  throw new ConfigError(`${place} names no follower`, {
    remedy: `Known: ${[...new Set(known)].join(', ')}; or write provider:{options}, e.g. onnx:{"model":"./folder"}.`,
  });
}

function parsedOptions(text: string, place: string): Record<string, unknown> {
  try {
    const options: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) return { ...options };
    throw new Error('it is no object');
  } catch (cause) {
    throw new ConfigError(`the options in ${place} cannot be read: ${messageOf(cause)}`, {
      remedy: `Write them as JSON, in quotes for the shell: --followers 'onnx:{"model":"./folder"}'.`,
      cause,
    });
  }
}
