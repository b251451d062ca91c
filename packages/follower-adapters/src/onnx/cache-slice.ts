/** Numbers of keys and values: float32, or the bits of float16. */
export type CacheArray = Float32Array | Uint16Array;

/** The shape that keys and values have in one of the model's inputs: [rows, heads, positions, head size]. */
export interface CacheShape {
  readonly heads: number;
  readonly headSize: number;
}

/**
 * Keys and values of one conversation, wherever they lie: row `row` of buffers whose rows have room for `span` positions,
 * of which those from `start` on are the conversation's. Buffers are never changed once they are filled, so slices of
 * different conversations may share them: a fork costs nothing.
 */
export interface CacheSlice {
  /** One per input of the model, in its order. */
  readonly buffers: readonly CacheArray[];
  readonly row: number;
  readonly span: number;
  readonly start: number;
  readonly length: number;
}

/** Nothing yet. */
export function emptySlice(inputs: number): CacheSlice {
  return { buffers: Array.from({ length: inputs }, () => new Float32Array(0)), row: 0, span: 0, start: 0, length: 0 };
}

/**
 * Puts slices side by side as rows of new buffers, each at the end of its row's `span` positions (left padding: the
 * distance between two tokens of a row stays what it was).
 */
export function gather(
  slices: readonly CacheSlice[],
  span: number,
  shapes: readonly CacheShape[],
  create: (length: number) => CacheArray,
): CacheArray[] {
  return shapes.map(({ heads, headSize }, input) => {
    const target = create(slices.length * heads * span * headSize);
    slices.forEach((slice, row) => {
      const source = slice.buffers[input] as CacheArray;
      const size = slice.length * headSize;
      for (let head = 0; head < heads; head += 1) {
        const from = ((slice.row * heads + head) * slice.span + slice.start) * headSize;
        const to = ((row * heads + head + 1) * span - slice.length) * headSize;
        target.set(source.subarray(from, from + size), to);
      }
    });
    return target;
  });
}

/** The same keys and values in buffers of their own, so that those they were in can go. */
export function compact(
  slice: CacheSlice,
  shapes: readonly CacheShape[],
  create: (length: number) => CacheArray,
): CacheSlice {
  const isCompact = slice.buffers.every(({ length }, input) => {
    const { heads, headSize } = shapes[input] as CacheShape;
    return length === heads * slice.length * headSize;
  });
  if (isCompact) return slice;
  const buffers = gather([slice], slice.length, shapes, create);
  return { buffers, row: 0, span: slice.length, start: 0, length: slice.length };
}
