import { readFile, writeFile } from 'node:fs/promises';

import { Random } from '@rsim/core';

import type {
  EvaluatedNext,
  LlamaContext,
  LlamaLibrary,
  LlamaModel,
  LlamaSequence,
  NextToken,
} from '../llama-cpp/llama-library.js';

const endOfText = 256;
const beginOfText = 257;
const vocabularySize = 258;
const endMark = '<|eos|>';

/**
 * Stands in for node-llama-cpp: a model over bytes whose probabilities depend on all tokens before, so that a token
 * lost, repeated or taken from a neighbour shows.
 */
export class FakeLlama implements LlamaLibrary {
  readonly sequences: FakeSequence[] = [];
  runtimes = 0;
  disposed = 0;
  /** Makes the evaluation that it returns `true` for fail. */
  fails: (tokens: readonly number[]) => boolean = () => false;

  constructor(readonly chatTemplate?: string) {}

  readonly getLlama: LlamaLibrary['getLlama'] = async () => {
    this.runtimes += 1;
    return { gpu: false, loadModel: async () => this.#model() };
  };

  #model(): LlamaModel {
    return {
      trainContextSize: 8192,
      tokens: { bos: beginOfText, bosString: '<|bos|>', eosString: endMark, shouldPrependBosToken: true },
      fileInfo: {
        metadata: { general: { name: 'fake' }, tokenizer: { chat_template: this.chatTemplate } },
        tensorInfo: [{ dimensions: [2, 3n] }, { dimensions: [4] }],
      },
      tokenize: (text, special) => {
        if (this.disposed > 0) throw new Error('Object is disposed');
        return (special ? text.split(endMark) : [text]).flatMap((part, index) => [
          ...(index > 0 ? [endOfText] : []),
          ...Buffer.from(part),
        ]);
      },
      detokenize: (tokens) => Buffer.from(tokens.filter((token) => token < 256)).toString('utf8'),
      isEogToken: (token) => token === endOfText,
      isSpecialToken: (token) => token >= endOfText,
      createContext: async ({ sequences, contextSize }) => this.#context(sequences, contextSize),
      dispose: () => this.#dispose(),
    };
  }

  #context(sequences: number, contextSize: number): LlamaContext {
    const given = this.sequences;
    const getSequence = (): FakeSequence => {
      const sequence = new FakeSequence(this, contextSize);
      given.push(sequence);
      return sequence;
    };
    return {
      contextSize,
      get sequencesLeft() {
        return sequences - given.length;
      },
      getSequence,
      dispose: () => this.#dispose(),
    };
  }

  async #dispose(): Promise<void> {
    this.disposed += 1;
  }
}

class FakeSequence implements LlamaSequence {
  tokens: number[] = [];

  constructor(
    private readonly library: FakeLlama,
    private readonly contextSize: number,
  ) {}

  get nextTokenIndex(): number {
    return this.tokens.length;
  }

  async controlledEvaluate(
    input: readonly (number | readonly [number, NextToken])[],
    options: { readonly contextShift: { readonly strategy: () => never } },
  ): Promise<readonly ({ readonly next: EvaluatedNext } | undefined)[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return input.map((item) => {
      const [token, asked] = typeof item === 'number' ? [item, null] : item;
      if (this.tokens.length === this.contextSize) options.contextShift.strategy();
      this.tokens.push(token);
      if (this.library.fails(this.tokens)) throw new Error('the device is lost');
      return asked === null ? undefined : { next: next(this.tokens, asked.generateNext.logits.filter.includeTop) };
    });
  }

  async saveStateToFile(path: string): Promise<void> {
    await writeFile(path, JSON.stringify(this.tokens));
  }

  async loadStateFromFile(path: string): Promise<void> {
    this.tokens = JSON.parse(await readFile(path, 'utf8')) as number[];
  }

  async clearHistory(): Promise<void> {
    this.tokens = [];
  }
}

function next(tokens: readonly number[], count: number): EvaluatedNext {
  const random = Random.of(0, tokens.join(' '));
  const logits = Array.from({ length: vocabularySize }, (_, token) => [token, logitOf(token, random)] as const);
  const sorted = logits.toSorted(([, one], [, other]) => other - one);
  const highest = sorted[0]?.[1] ?? 0;
  const totalLogitWeight = logits.reduce((sum, [, logit]) => sum + Math.exp(logit - highest), 0);
  return { logits: new Map(sorted.slice(0, count)), totalLogitWeight };
}

/** Letters mostly, and now and then the end of a line or of the text. */
function logitOf(token: number, random: Random): number {
  const noise = random.integer(0, 3000) / 1000;
  if (token === endOfText) return noise + 0.5;
  if (token === 10) return noise + 2;
  return token >= 97 && token <= 122 ? noise + 1 : noise - 6;
}
