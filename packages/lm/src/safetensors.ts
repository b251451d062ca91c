import { WeightsError } from '@rsim/core';
import { z } from 'zod';

import type { WeightTensor } from './decoder-weights.js';
import { fromBfloat16, fromFloat16, toFloat16 } from './half-precision.js';

/** The element types read; each becomes 32-bit floats. */
const BYTES_PER_ELEMENT = { F16: 2, BF16: 2, F32: 4 } as const;
const LENGTH_BYTES = 8;
const LARGEST_HEADER = 100_000_000;
const METADATA = '__metadata__';

const entrySchema = z.strictObject({
  dtype: z.enum(['F16', 'BF16', 'F32']),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

type Entry = z.infer<typeof entrySchema>;

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors) of F16, BF16 or F32 tensors.
 * @param place what to call the file in errors, e.g. its path
 * @throws WeightsError when the header, an entry, an offset or the size is not exactly as the format demands
 */
export function readSafetensors(bytes: Uint8Array, place: string): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, place);
  const { [METADATA]: metadata = {}, ...rest } = header;
  const parsedMetadata = metadataSchema.safeParse(metadata);
  if (!parsedMetadata.success) throw corrupt(place, 'its metadata is not a record of texts');
  const entries = Object.entries(rest).map(([name, entry]) => ({ name, entry: readEntry(name, entry, place) }));
  checkLayout(entries, bytes.length - dataStart, place);
  const tensors = new Map<string, WeightTensor>();
  for (const { name, entry } of entries) {
    tensors.set(name, { shape: entry.shape, data: readData(bytes, dataStart, entry) });
  }
  return { tensors, metadata: parsedMetadata.data };
}

function readHeader(bytes: Uint8Array, place: string): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw corrupt(place, 'it is shorter than its length field');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.min(LARGEST_HEADER, bytes.length - LENGTH_BYTES))) {
    throw corrupt(place, 'its header is longer than the file');
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const parsed = headerSchema.safeParse(parseJson(bytes.subarray(LENGTH_BYTES, dataStart), place));
  if (!parsed.success) throw corrupt(place, 'its header is not a JSON object');
  return { header: parsed.data, dataStart };
}

function parseJson(bytes: Uint8Array, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(place, 'its header is not JSON', cause);
  }
}

function readEntry(name: string, entry: unknown, place: string): Entry {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw corrupt(place, `tensor ${name}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const size = shape.reduce((left, right) => left * right, BYTES_PER_ELEMENT[dtype]);
  if (offsets[1] - offsets[0] !== size) throw corrupt(place, `tensor ${name} has not as many bytes as its shape needs`);
  return parsed.data;
}

/** The tensors must cover the data part without overlap, gap or rest. */
function checkLayout(entries: readonly { name: string; entry: Entry }[], dataLength: number, place: string): void {
  const ordered = [...entries].sort(
    (left, right) =>
      left.entry.data_offsets[0] - right.entry.data_offsets[0] ||
      left.entry.data_offsets[1] - right.entry.data_offsets[1],
  );
  let end = 0;
  for (const { name, entry } of ordered) {
    if (entry.data_offsets[0] !== end) throw corrupt(place, `tensor ${name} overlaps another or leaves a gap`);
    end = entry.data_offsets[1];
  }
  if (end !== dataLength) throw corrupt(place, `it holds ${dataLength} bytes of data where its header says ${end}`);
}

function readData(bytes: Uint8Array, dataStart: number, { dtype, data_offsets: [begin, end] }: Entry): Float32Array {
  // A copy is aligned, whatever the offset in the file.
  // A copy of its own: a Buffer's slice would share the whole file, at an offset that may not be aligned.
  const { buffer } = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
  if (dtype === 'F32') return new Float32Array(buffer);
  return dtype === 'F16' ? fromFloat16(new Uint16Array(buffer)) : fromBfloat16(new Uint16Array(buffer));
}

function corrupt(place: string, reason: string, cause?: unknown): WeightsError {
  return new WeightsError(`The weights in ${place} cannot be read: ${reason}.`, {
    remedy: 'Get the file again; it must be a complete safetensors file of F16, BF16 or F32 tensors.',
    cause,
  });
}

/** Writes tensors in their order as a safetensors file, as half or single precision. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WeightTensor>,
  dtype: 'F16' | 'F32',
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: { format: 'pt', ...metadata } };
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const values = dtype === 'F16' ? toFloat16(data) : data;
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    header[name] = { dtype, shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  return joinFile(JSON.stringify(header), parts, end);
}

function joinFile(header: string, parts: readonly Uint8Array[], dataLength: number): Uint8Array {
  const headerBytes = new TextEncoder().encode(header.padEnd(Math.ceil(header.length / 8) * 8));
  const file = new Uint8Array(LENGTH_BYTES + headerBytes.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerBytes.length;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.length;
  }
  return file;
}
