import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What may name a random stream besides its seed. */
export type StreamPart = string | number;

/**
 * A seeded stream of random numbers (xoroshiro128+). A stream is named by a seed and any number of parts, and its
 * whole 128-bit state comes from a hash of that name: streams of different names are independent, and drawing from
 * one never moves another. That is what makes results independent of batch order.
 */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;

  private constructor(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** The stream named by `seed` and `parts`; the same name always gives the same numbers. */
  static of(seed: number, ...parts: readonly StreamPart[]): Random {
    const digest = hashOf(seed, parts);
    return new Random([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  }

  /** A number in [0, 1), with 53 random bits. */
  next(): number {
    return uniformFloat64(this.#generator);
  }

  /** An integer from `low` to `high`, both inclusive. */
  integer(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high) {
      throw new RangeError(`integer(${low}, ${high}): the bounds must be integers, the lower one first`);
    }
    return uniformInt(this.#generator, low, high);
  }

  /** One of `items`, each as likely as the next. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick: there is nothing to pick from');
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** An index of `weights`, with probability proportional to its weight; never one whose weight is 0. */
  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0) || !Number.isFinite(total) || weights.some((weight) => weight < 0)) {
      throw new RangeError('weighted: weights must be finite, not negative, and not all 0');
    }
    let left = this.next() * total;
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    // Rounding may leave a crumb after the last weight.
    return weights.findLastIndex((weight) => weight > 0);
  }

  /** A copy of `items` in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    return this.sample(items, items.length);
  }

  /** `count` different members of `items` in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count > items.length) throw new RangeError(`sample: ${count} asked for, ${items.length} there`);
    const pool = [...items];
    for (let index = 0; index < count; index += 1) {
      const chosen = this.integer(index, pool.length - 1);
      [pool[index], pool[chosen]] = [pool[chosen] as T, pool[index] as T];
    }
    return pool.slice(0, count);
  }

  /** A seed (unsigned 32-bit integer) for whatever wants one. */
  seed(): number {
    return this.integer(0, 0xffff_ffff);
  }
}

/** A seed (unsigned 32-bit integer) that depends on `seed` and every part; stable across machines and versions. */
export function seedOf(seed: number, ...parts: readonly StreamPart[]): number {
  return hashOf(seed, parts).readUInt32LE(0);
}

/** JSON keeps `1` and `'1'`, and `'a', 'b'` and `'ab'`, apart. */
function hashOf(seed: number, parts: readonly StreamPart[]): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([seed, ...parts]))
    .digest();
}
