import type { WeightTensor } from '../decoder-weights.js';

const MAGIC = 0x46554747;
const VERSION = 3;
const ALIGNMENT = 32;
const FLOAT32 = 0;

/** A metadata value, tagged with its GGUF type. */
export type GgufValue =
  | { readonly type: 'uint32' | 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'int32s'; readonly value: readonly number[] };

const TYPE_CODES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const;

/**
 * Writes a GGUF file, version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), of 32-bit float tensors.
 * @param tensors by llama.cpp's names, shapes in row-major order (GGUF itself lists the innermost axis first)
 */
export function writeGguf(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: ReadonlyMap<string, WeightTensor>,
): Uint8Array {
  const header = new ByteWriter();
  header.uint32(MAGIC);
  header.uint32(VERSION);
  header.uint64(tensors.size);
  header.uint64(metadata.size);
  for (const [key, entry] of metadata) {
    header.string(key);
    writeValue(header, entry);
  }
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header.string(name);
    header.uint32(shape.length);
    for (const size of shape.toReversed()) header.uint64(size);
    header.uint32(FLOAT32);
    header.uint64(offset);
    offset += aligned(data.byteLength);
  }
  header.align();
  for (const { data } of tensors.values()) {
    header.bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    header.align();
  }
  return header.toBytes();
}

function writeValue(writer: ByteWriter, entry: GgufValue): void {
  switch (entry.type) {
    case 'uint32':
      writer.uint32(TYPE_CODES.uint32);
      writer.uint32(entry.value);
      break;
    case 'float32':
      writer.uint32(TYPE_CODES.float32);
      writer.float32(entry.value);
      break;
    case 'bool':
      writer.uint32(TYPE_CODES.bool);
      writer.bytes(Uint8Array.of(Number(entry.value)));
      break;
    case 'string':
      writer.uint32(TYPE_CODES.string);
      writer.string(entry.value);
      break;
    case 'strings':
      writer.array(TYPE_CODES.string, entry.value.length);
      for (const text of entry.value) writer.string(text);
      break;
    case 'int32s':
      writer.array(TYPE_CODES.int32, entry.value.length);
      for (const value of entry.value) writer.uint32(value);
      break;
  }
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Collects little-endian parts of a file. */
class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  bytes(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }

  uint32(value: number): void {
    this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  uint64(value: number): void {
    this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  float32(value: number): void {
    this.bytes(new Uint8Array(Float32Array.of(value).buffer));
  }

  string(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.uint64(encoded.length);
    this.bytes(encoded);
  }

  array(elementType: number, length: number): void {
    this.uint32(TYPE_CODES.array);
    this.uint32(elementType);
    this.uint64(length);
  }

  align(): void {
    this.bytes(new Uint8Array(aligned(this.#length) - this.#length));
  }

  toBytes(): Uint8Array {
    const file = new Uint8Array(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      file.set(part, offset);
      offset += part.length;
    }
    return file;
  }
}
