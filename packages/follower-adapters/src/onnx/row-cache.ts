/** Numbers of keys and values: float32, or the bits of float16. */
export type CacheArray = Float32Array | Uint16Array;

/** The shape that keys and values have in one of the model's inputs: [rows, heads, positions, head size]. */
export interface CacheShape {
  readonly heads: number;
  readonly headSize: number;
}

/** Who has a row of the cache, and how many of its positions are filled, from the first on. */
export interface CacheHolder {
  row: number;
  length: number;
}

/** Positions are added by so many: fewer means more moving, more means more reading of nothing. */
const CHUNK = 32;
/** Rows are made shorter when what is needed is less than this share of them: moving costs, but so does every pass that reads them. */
const MOST_SHRUNK = 0.75;

/**
 * Keys and values of many conversations, a row each, in buffers that stay in place from token to token: one per input of
 * the model, [rows, heads, capacity, head size]. Rows can be exchanged, so that the ones at work lie side by side.
 */
export class RowCache {
  readonly #holders: (CacheHolder | null)[] = [];
  #buffers: CacheArray[] = [];
  #capacity = 0;
  /** Room for what a row has in one buffer, while rows are exchanged. */
  #spare: CacheArray | null = null;

  constructor(
    private readonly shapes: readonly CacheShape[],
    private readonly create: (length: number) => CacheArray,
  ) {}

  /** Positions that every row has room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Rows that someone has. */
  get rows(): number {
    return this.#holders.filter((holder) => holder !== null).length;
  }

  /** Gives a row. */
  add(holder: CacheHolder): void {
    const free = this.#holders.indexOf(null);
    holder.row = free < 0 ? this.#holders.length : free;
    this.#holders[holder.row] = holder;
    this.reserve(holder.length);
  }

  /** Takes a row back; with the last one the memory goes. */
  remove({ row }: CacheHolder): void {
    this.#holders[row] = null;
    while (this.#holders.length > 0 && this.#holders.at(-1) === null) this.#holders.pop();
    if (this.#holders.length > 0) return;
    this.#buffers = [];
    this.#capacity = 0;
    this.#spare = null;
  }

  holderOf(row: number): CacheHolder | null {
    return this.#holders[row] ?? null;
  }

  /** Makes room for `positions` in every row, and takes room that none of them needs any more; what is there stays. */
  reserve(positions: number): void {
    const capacity = this.#capacityFor(positions);
    const rows = this.#holders.length;
    this.#buffers = this.shapes.map(({ heads, headSize }, input) => {
      const buffer = this.#buffers[input];
      const [from, to] = [this.#capacity * headSize, capacity * headSize];
      const length = rows * heads * to;
      if (buffer && buffer.length >= length && from === to) return buffer;
      // Twice what is needed: the system gives memory only where something is written.
      const target = buffer && buffer.length >= length ? buffer : this.create(2 * length);
      if (buffer) move(buffer, from, target, to, rows * heads);
      return target;
    });
    this.#capacity = capacity;
  }

  /** Copies the first `length` positions from row to row. */
  copy(from: CacheHolder, to: CacheHolder, length: number): void {
    this.#eachInput((buffer, { heads, headSize }) => {
      const stride = this.#capacity * headSize;
      for (let head = 0; head < heads; head += 1) {
        const start = (from.row * heads + head) * stride;
        buffer.copyWithin((to.row * heads + head) * stride, start, start + length * headSize);
      }
    });
  }

  exchange(left: number, right: number): void {
    if (left === right) return;
    this.#eachInput((buffer, { heads, headSize }) => {
      const width = heads * this.#capacity * headSize;
      if (this.#spare === null || this.#spare.length < width) this.#spare = this.create(width);
      const kept = this.#spare.subarray(0, width);
      kept.set(buffer.subarray(left * width, (left + 1) * width));
      buffer.copyWithin(left * width, right * width, (right + 1) * width);
      buffer.set(kept, right * width);
    });
    const [first, second] = [this.holderOf(left), this.holderOf(right)];
    this.#place(first, right);
    this.#place(second, left);
  }

  /** Exchanges rows so that the given ones are the first. */
  bringTogether(rows: readonly number[]): void {
    const given = new Set(rows);
    const others = Array.from(rows.keys()).filter((row) => !given.has(row));
    for (const row of rows) if (row >= rows.length) this.exchange(row, others.pop() as number);
  }

  /** Rows as they lie, one array per input: views, not copies. */
  views(first: number, count: number): CacheArray[] {
    return this.shapes.map(({ heads, headSize }, input) => {
      const width = heads * this.#capacity * headSize;
      return (this.#buffers[input] as CacheArray).subarray(first * width, (first + count) * width);
    });
  }

  /** Copies rows side by side, each at the end of `span` positions: the distance between its tokens stays what it was. */
  gather(holders: readonly CacheHolder[], span: number): CacheArray[] {
    return this.shapes.map(({ heads, headSize }, input) => {
      const buffer = this.#buffers[input] as CacheArray;
      const target = this.create(holders.length * heads * span * headSize);
      holders.forEach(({ row, length }, place) => {
        for (let head = 0; head < heads; head += 1) {
          const start = (row * heads + head) * this.#capacity * headSize;
          const end = (place * heads + head + 1) * span * headSize;
          target.set(buffer.subarray(start, start + length * headSize), end - length * headSize);
        }
      });
      return target;
    });
  }

  /**
   * Adds positions at the end of rows.
   * @param source one array per input, with `width` positions per head in each of its rows
   * @param added per row of the source who has it and how many of its positions, from the first on, are added
   */
  append(
    source: readonly CacheArray[],
    width: number,
    added: readonly (readonly [CacheHolder | null, number])[],
  ): void {
    this.#eachInput((buffer, { heads, headSize }, input) => {
      const fresh = source[input] as CacheArray;
      let from = 0;
      for (const [holder, count] of added) {
        for (let head = 0; head < heads; head += 1, from += width * headSize) {
          if (!holder) continue;
          const to = ((holder.row * heads + head) * this.#capacity + holder.length) * headSize;
          // Runs are short: a loop is faster than a call that copies.
          for (let index = 0; index < count * headSize; index += 1) buffer[to + index] = fresh[from + index] as number;
        }
      }
    });
    for (const [holder, count] of added) if (holder) holder.length += count;
  }

  #capacityFor(positions: number): number {
    const longest = this.#holders.reduce((most, holder) => Math.max(most, holder?.length ?? 0), positions);
    const needed = Math.ceil(longest / CHUNK) * CHUNK;
    return needed > this.#capacity || needed < MOST_SHRUNK * this.#capacity ? needed : this.#capacity;
  }

  #place(holder: CacheHolder | null, row: number): void {
    this.#holders[row] = holder;
    if (holder) holder.row = row;
  }

  #eachInput(work: (buffer: CacheArray, shape: CacheShape, input: number) => void): void {
    this.shapes.forEach((shape, input) => {
      work(this.#buffers[input] as CacheArray, shape, input);
    });
  }
}

/** Moves runs of `from` numbers to be runs of `to` numbers, in an order in which it can be done in place. */
function move(buffer: CacheArray, from: number, target: CacheArray, to: number, runs: number): void {
  const kept = Math.min(from, to);
  for (let place = 0; place < runs; place += 1) {
    const run = to > from ? runs - 1 - place : place;
    if ((run + 1) * from > buffer.length) continue;
    if (target === buffer) target.copyWithin(run * to, run * from, run * from + kept);
    else target.set(buffer.subarray(run * from, run * from + kept), run * to);
  }
}
