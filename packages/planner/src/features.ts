import type { Segment } from './segment.js';

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** Words, runs of digits, and every other visible character by itself. */
const tokenPattern = /\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu;
const digits = /^\p{N}/u;

/**
 * Turns segments into hashed n-grams: every uni-, bi- and trigram of the segment's tokens, hashed (FNV-1a) into a fixed
 * number of buckets. Tokens are lower-cased words, single punctuation characters, and runs of digits, of which only
 * the length is kept: a leader is to see that a number is long, not which number it is. The strategy of a step counts
 * as its first token. It reads text alone, so it does not depend on any follower's tokenizer.
 */
export class FeatureExtractor {
  readonly #buckets: number;
  readonly #limit: number;
  readonly #cache = new Map<string, Int32Array>();

  /** @param limit Segments remembered; questions and short steps come again and again within a group. */
  constructor(buckets: number, limit = 4096) {
    this.#buckets = buckets;
    this.#limit = limit;
  }

  /** Bucket indices, one for each n-gram, repeats included. The same text gives the same array until it is forgotten. */
  of(segment: Segment): Int32Array {
    const key = `${segment.strategy ?? ''}\n${segment.text}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const features = ngramBuckets(tokensOf(segment), this.#buckets);
    if (this.#cache.size >= this.#limit) this.#cache.clear();
    this.#cache.set(key, features);
    return features;
  }
}

/** The tokens a segment's n-grams are made of. */
export function tokensOf(segment: Segment): string[] {
  const words = segment.text.toLowerCase().match(tokenPattern) ?? [];
  const tokens = words.map((word) => (digits.test(word) ? `#${word.length}` : word));
  return segment.strategy === null ? tokens : [`<${segment.strategy}>`, ...tokens];
}

/** Buckets of all uni-, bi- and trigrams: `3n − 3` of them for `n ≥ 2` tokens. */
function ngramBuckets(tokens: readonly string[], buckets: number): Int32Array {
  const hashes = tokens.map((token) => hashText(token));
  const features: number[] = [];
  for (let start = 0; start < hashes.length; start += 1) {
    let hash = fnvOffset;
    for (let length = 1; length <= 3 && start + length <= hashes.length; length += 1) {
      hash = Math.imul(hash ^ hashes[start + length - 1]!, fnvPrime);
      features.push((mix(hash) >>> 0) % buckets);
    }
  }
  return Int32Array.from(features);
}

function hashText(text: string): number {
  let hash = fnvOffset;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime);
  }
  return hash;
}

/** Spreads the high bits over the low ones (the finaliser of MurmurHash3), for the remainder reads the low ones. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
