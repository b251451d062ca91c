import { CheckpointError } from '@rsim/core';
import { z } from 'zod';

/** A named array of 32-bit floats, row-major. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const whole = z.number().int().nonnegative();
const headerSchema = z.record(
  z.string(),
  z.object({ dtype: z.literal('F32'), shape: z.array(whole), data_offsets: z.tuple([whole, whole]) }),
);
type Header = z.infer<typeof headerSchema>;

const lengthBytes = 8;

/**
 * The tensors as a safetensors file (https://github.com/huggingface/safetensors): header length (64-bit, little-endian),
 * JSON header, raw data. Only F32, which is all that a planner's state is made of.
 */
export function encodeTensors(tensors: readonly NamedTensor[]): Buffer {
  const header: Header = {};
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = JSON.stringify(header);
  // The format pads its header with spaces, so that the data begins at a multiple of 8 bytes.
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(padded.length));
  const data = tensors.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return Buffer.concat([length, padded, ...data]);
}

/**
 * Reads what {@link encodeTensors} wrote.
 *
 * @param source Where the bytes come from, for the message.
 * @throws CheckpointError when the bytes are not a safetensors file of 32-bit floats.
 */
export function decodeTensors(bytes: Buffer, source: string): Map<string, NamedTensor> {
  const refuse = (what: string, cause?: unknown) =>
    new CheckpointError(`${source} is not a safetensors file of 32-bit floats: ${what}`, {
      remedy: 'Use another checkpoint, or train again.',
      cause,
    });
  if (bytes.length < lengthBytes) throw refuse('it is too short');
  const dataStart = lengthBytes + Number(bytes.readBigUInt64LE(0));
  if (dataStart > bytes.length) throw refuse('its header is cut off');
  let header: Header;
  try {
    header = headerSchema.parse(JSON.parse(bytes.toString('utf8', lengthBytes, dataStart)));
  } catch (thrown) {
    throw refuse('its header does not parse', thrown);
  }
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const count = shape.reduce((product, dimension) => product * dimension, 1);
        if (to - from !== count * 4 || dataStart + to > bytes.length) throw refuse(`"${name}" does not fit`);
        // A copy, because floats must begin at a multiple of 4 bytes and those of a file's buffer need not.
        const values = new Float32Array(new Uint8Array(bytes.subarray(dataStart + from, dataStart + to)).buffer);
        return [name, { name, shape, values }];
      },
    ),
  );
}
