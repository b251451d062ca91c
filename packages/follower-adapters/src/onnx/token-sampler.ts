import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { mersenne } from 'pure-rand/generator/mersenne';

import { logSumExp, narrow, sampleToken } from '../engine/sampling.js';
import type { OnnxStepRequest, OnnxVocabulary } from './onnx-messages.js';

export interface DrawnToken {
  readonly token: number;
  /** Natural log, of the model's own distribution: whole vocabulary, temperature 1. */
  readonly logProbability: number;
}

/** Which tokens may be drawn, and how. */
export class TokenSampler {
  readonly #free: Uint8Array;
  readonly #guided: Uint8Array;

  /** @param vocabularySize size of the logits; ids beyond the tokenizer's are never drawn */
  constructor(
    { table, special, endOfTurn }: OnnxVocabulary,
    vocabularySize: number,
    private readonly limits: { readonly topK: number; readonly topP: number },
  ) {
    const known = table.offsets.length - 1;
    const excluded = new Set(special);
    for (const token of endOfTurn) excluded.delete(token);
    this.#free = Uint8Array.from({ length: vocabularySize }, (_, id) => (id < known ? 1 : 0));
    this.#guided = this.#free.map((isKnown, id) => (excluded.has(id) ? 0 : isKnown));
  }

  /** A step's own random stream: what it draws from a row of logits. */
  stream({ seed, isGuided, temperature }: OnnxStepRequest): (logits: Float32Array) => DrawnToken {
    const generator = mersenne(seed);
    const uniform = (): number => uniformFloat64(generator);
    const allowed = isGuided ? this.#guided : this.#free;
    return (logits) => {
      const candidates = narrow(logits, allowed, temperature, this.limits);
      const token = sampleToken(logits, candidates, temperature, uniform);
      return { token, logProbability: Math.min(0, (logits[token] as number) - logSumExp(logits)) };
    };
  }
}
