/** How a vocabulary writes its tokens. `byte-level`: GPT-2's letters for bytes. `metaspace`: ▁ for a space, <0x0A> for a byte. */
export type TokenAlphabet = 'byte-level' | 'metaspace';

interface Decoder {
  readonly type: string;
  readonly decoders?: unknown;
}

/** The alphabet that a tokenizer.json's decoder undoes, or `null` for one that is not known. */
export function alphabetOf(decoder: Decoder | null): TokenAlphabet | null {
  if (decoder === null) return null;
  if (decoder.type === 'ByteLevel') return 'byte-level';
  if (decoder.type === 'Metaspace' || decoder.type === 'ByteFallback') return 'metaspace';
  if (decoder.type !== 'Sequence' || !Array.isArray(decoder.decoders)) return null;
  const parts = (decoder.decoders as Decoder[]).map((part) => alphabetOf(part));
  return parts.find((part) => part !== null) ?? null;
}

export function bytesOfToken(alphabet: TokenAlphabet, token: string): Uint8Array {
  if (alphabet === 'metaspace') {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/u.exec(token)?.[1];
    return byte === undefined ? Buffer.from(token.replaceAll('▁', ' ')) : Uint8Array.of(Number.parseInt(byte, 16));
  }
  const bytes = Array.from(token, (letter) => BYTE_OF_LETTER.get(letter));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : Buffer.from(token);
}

/**
 * GPT-2's letters for bytes (Radford et al. 2019, `bytes_to_unicode`): printable Latin-1 stands for itself, the other
 * bytes, in their order, for the letters from U+0100 on.
 */
const BYTE_OF_LETTER: ReadonlyMap<string, number> = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let others = 0;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCodePoint(isPrintable(byte) ? byte : 0x100 + others++), byte]),
  );
})();
