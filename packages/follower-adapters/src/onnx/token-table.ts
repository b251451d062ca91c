/** The bytes that each token of a vocabulary stands for, in a form that worker threads are given. */
export interface TokenTable {
  readonly bytes: Uint8Array;
  /** Token `id` has the bytes from `offsets[id]` up to `offsets[id + 1]`; special tokens have none. */
  readonly offsets: Uint32Array;
}

export function packTokens(tokens: readonly Uint8Array[]): TokenTable {
  const offsets = new Uint32Array(tokens.length + 1);
  tokens.forEach((token, id) => {
    offsets[id + 1] = (offsets[id] as number) + token.length;
  });
  const bytes = new Uint8Array(offsets[tokens.length] as number);
  tokens.forEach((token, id) => {
    bytes.set(token, offsets[id]);
  });
  return { bytes, offsets };
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of tokens, with U+FFFD where their bytes are no whole character. Ids without an entry say nothing. */
export function decodeTokens({ bytes, offsets }: TokenTable, tokens: readonly number[]): string {
  const parts = tokens.map((id) => bytes.subarray(offsets[id] ?? 0, offsets[id + 1] ?? offsets[id] ?? 0));
  return utf8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
}
