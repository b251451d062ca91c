import { Random } from '@rsim/core';

import type { TextModel, TextRequest, WrittenText } from './text-model.js';

const words = ['one', ' two', ' three', ' ünï', ' 4😀', ' "quoted"', '\\', ' data:', ':'];

/** Writes a few words that depend on prompt, seed and nothing else: quick, and every difference of a prompt shows. */
export const hashedTextModel: TextModel = {
  name: 'hashed',
  encode: (text) => text.split(/\s+/u).map((_, index) => index),
  complete: async ({ prompt, maxTokens, seed, stops }: TextRequest): Promise<WrittenText> => {
    const random = Random.of(seed, prompt);
    const length = random.integer(1, 12);
    const tokens = Array.from({ length: Math.min(length, maxTokens) }, () => {
      const id = random.integer(0, words.length - 1);
      return { id, text: words[id] as string, logProbability: -random.integer(0, 5) / 4 };
    });
    const isCut = length >= maxTokens;
    if (!isCut) tokens.push({ id: words.length, text: '', logProbability: -1 });
    return { promptTokens: prompt.length, tokens, stop: isCut ? undefined : (stops[0] ?? null) };
  },
};
