import { MASKED } from '@rsim/lm/graph-layout';

import type { KvCache, PastViews } from './kv-cache.js';
import type { OnnxDecoder } from './onnx-decoder.js';

/** Most different texts evaluated together: their padding and their attention scores grow with it. */
const MOST_TOGETHER = 32;

/**
 * Evaluates the first tokens of rows that are still empty, row `first` and the ones after it. Equal texts, as the
 * episodes of one group have them, are evaluated once and copied.
 */
export async function prefill(
  decoder: OnnxDecoder,
  cache: KvCache,
  first: number,
  texts: readonly (readonly number[])[],
): Promise<void> {
  const rowsByText = new Map<string, { tokens: readonly number[]; rows: number[] }>();
  texts.forEach((tokens, index) => {
    const key = tokens.join();
    const group = rowsByText.get(key) ?? { tokens, rows: [] };
    group.rows.push(first + index);
    rowsByText.set(key, group);
  });
  const groups = [...rowsByText.values()].sort((left, right) => left.tokens.length - right.tokens.length);
  for (let start = 0; start < groups.length; start += MOST_TOGETHER) {
    await prefillTogether(decoder, cache, groups.slice(start, start + MOST_TOGETHER));
  }
}

/** Shorter texts are padded at their end, where the causal mask keeps the padding out of sight. */
async function prefillTogether(
  decoder: OnnxDecoder,
  cache: KvCache,
  groups: readonly { readonly tokens: readonly number[]; readonly rows: readonly number[] }[],
): Promise<void> {
  const length = Math.max(...groups.map(({ tokens }) => tokens.length));
  const tokens = new Int32Array(groups.length * length);
  groups.forEach((group, index) => {
    tokens.set(group.tokens, index * length);
  });
  const positions = Int32Array.from(tokens, (_, index) => index % length);
  const { newRows } = await decoder.evaluate(groups.length, tokens, positions, emptyPast(decoder, groups.length));
  groups.forEach((group, index) => {
    const [original = 0, ...copies] = group.rows;
    group.tokens.forEach((_, position) => {
      cache.write(original, position, newRows, (index * length + position) * cache.newRowWidth);
    });
    for (const row of copies) cache.copy(original, row);
  });
}

/** One position that nobody sees. */
function emptyPast(decoder: OnnxDecoder, rows: number): PastViews {
  const { layers, hiddenSize } = decoder.config;
  const nothing = Array.from({ length: layers }, () => new Float32Array(rows * hiddenSize));
  return { length: 1, keys: nothing, values: nothing, mask: new Float32Array(rows).fill(MASKED) };
}
