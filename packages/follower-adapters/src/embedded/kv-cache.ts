import type { DecoderConfig } from '@rsim/lm';
import { MASKED, newRowWidth } from '@rsim/lm/graph-layout';

/** The past grows by so many positions at a time: fewer means more copying, more means more reading of nothing. */
const LENGTH_CHUNK = 32;
/** What the graph reads of the first rows of a cache; views, not copies. */
export interface PastViews {
  /** Positions each row has room for; at least 1. */
  readonly length: number;
  /** Per layer [rows, heads, head size, length]. */
  readonly keys: readonly Float32Array[];
  /** Per layer [rows, heads, length, head size]. */
  readonly values: readonly Float32Array[];
  /** [rows, length]: 0 where a position holds a token, otherwise {@link MASKED}. */
  readonly mask: Float32Array;
}

/**
 * Keys and values of many conversations, a row each, in buffers that stay in place from token to token. Rows can be
 * exchanged and copied, so that the ones at work are always the first ones.
 */
export class KvCache {
  readonly #config: DecoderConfig;
  readonly #headSize: number;
  #rows = 0;
  #length = 0;
  #keys: Float32Array[];
  #values: Float32Array[];
  #mask: Float32Array = new Float32Array(0);
  /** Room for what one row has in one buffer, while rows are exchanged. */
  #spare: Float32Array = new Float32Array(0);

  constructor(config: DecoderConfig) {
    this.#config = config;
    this.#headSize = config.hiddenSize / config.heads;
    this.#keys = Array.from({ length: config.layers }, () => new Float32Array(0));
    this.#values = Array.from({ length: config.layers }, () => new Float32Array(0));
  }

  /** Forgets everything; the memory is kept for what comes next. */
  clear(): void {
    this.#rows = 0;
    this.#length = 0;
  }

  /** Makes room for `rows` rows of `length` positions; what is there stays. */
  reserve(rows: number, length: number): void {
    if (rows <= this.#rows && length <= this.#length) return;
    // Half as many again, so that sessions that come one by one do not move everything each time.
    const moreRows = rows <= this.#rows ? this.#rows : Math.max(rows, Math.ceil(this.#rows * 1.5));
    const moreLength = length <= this.#length ? this.#length : Math.ceil(length / LENGTH_CHUNK) * LENGTH_CHUNK;
    const { hiddenSize, heads, maxPositions } = this.#config;
    // Room for every position there can be: the system gives memory only where something is written, and buffers that were
    // outgrown would stay until the garbage collector comes.
    const spread = (width: number, run: number) => (buffer: Float32Array) => {
      const room = moreRows * width * Math.max(moreLength, maxPositions) * run;
      return spreadRuns(buffer, this.#rows * width, this.#length * run, moreRows * width, moreLength * run, room);
    };
    this.#keys = this.#keys.map(spread(hiddenSize, 1));
    this.#values = this.#values.map(spread(heads, this.#headSize));
    this.#mask = spread(1, 1)(this.#mask);
    for (let row = 0; row < moreRows; row += 1) {
      const kept = row < this.#rows ? this.#length : 0;
      this.#mask.fill(MASKED, row * moreLength + kept, (row + 1) * moreLength);
    }
    this.#rows = moreRows;
    this.#length = moreLength;
  }

  views(rows: number): PastViews {
    const width = this.#config.hiddenSize * this.#length;
    return {
      length: this.#length,
      keys: this.#keys.map((buffer) => buffer.subarray(0, rows * width)),
      values: this.#values.map((buffer) => buffer.subarray(0, rows * width)),
      mask: this.#mask.subarray(0, rows * this.#length),
    };
  }

  /** Writes one token: `newRows` from `offset` on is what the graph put out for it. */
  write(row: number, position: number, newRows: Float32Array, offset: number): void {
    const { hiddenSize, layers } = this.#config;
    const length = this.#length;
    const headSize = this.#headSize;
    let source = offset;
    for (let layer = 0; layer < layers; layer += 1) {
      const keys = this.#keys[layer] as Float32Array;
      const values = this.#values[layer] as Float32Array;
      const start = row * hiddenSize;
      for (let channel = 0; channel < hiddenSize; channel += 1, source += 1) {
        keys[(start + channel) * length + position] = newRows[source] as number;
      }
      for (let channel = 0; channel < hiddenSize; channel += headSize, source += headSize) {
        const target = (start + channel) * length + position * headSize;
        for (let index = 0; index < headSize; index += 1) values[target + index] = newRows[source + index] as number;
      }
    }
    this.#mask[row * length + position] = 0;
  }

  /** Makes a row empty. */
  erase(row: number): void {
    this.#mask.fill(MASKED, row * this.#length, (row + 1) * this.#length);
  }

  copy(from: number, to: number): void {
    for (const { buffer, width } of this.#buffers()) buffer.copyWithin(to * width, from * width, (from + 1) * width);
  }

  swap(left: number, right: number): void {
    if (left === right) return;
    for (const { buffer, width } of this.#buffers()) {
      if (this.#spare.length < width) this.#spare = new Float32Array(width);
      const kept = this.#spare.subarray(0, width);
      kept.set(buffer.subarray(left * width, (left + 1) * width));
      buffer.copyWithin(left * width, right * width, (right + 1) * width);
      buffer.set(kept, right * width);
    }
  }

  /** How many numbers the graph puts out for one token. */
  get newRowWidth(): number {
    return newRowWidth(this.#config);
  }

  /** Every buffer with the numbers a row takes in it. */
  *#buffers(): Generator<{ buffer: Float32Array; width: number }> {
    const width = this.#config.hiddenSize * this.#length;
    for (const buffer of this.#keys) yield { buffer, width };
    for (const buffer of this.#values) yield { buffer, width };
    yield { buffer: this.#mask, width: this.#length };
  }
}

/**
 * Moves the first `oldCount` runs of `from` numbers apart to runs of `to` numbers, in place where `count` such runs fit
 * into the buffer: fresh memory, of `room` numbers, costs more than moving. What lies between the runs afterwards is finite,
 * and masked.
 */
function spreadRuns(
  buffer: Float32Array,
  oldCount: number,
  from: number,
  count: number,
  to: number,
  room: number,
): Float32Array {
  const target = buffer.length >= count * to ? buffer : new Float32Array(room);
  if (target === buffer && from === to) return target;
  for (let run = oldCount - 1; run >= 0; run -= 1) {
    if (target === buffer) target.copyWithin(run * to, run * from, (run + 1) * from);
    else target.set(buffer.subarray(run * from, (run + 1) * from), run * to);
  }
  return target;
}
