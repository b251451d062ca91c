import { WeightsError } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { WeightTensor } from './decoder-weights.js';
import { fromBfloat16, fromFloat16, toFloat16 } from './half-precision.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';

const tensors = fc
  .dictionary(
    fc.string({ minLength: 1, maxLength: 6 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
    fc.array(fc.nat({ max: 3 }), { maxLength: 3 }).chain((shape) => {
      const size = shape.reduce((left, right) => left * right, 1);
      return fc.record({
        shape: fc.constant(shape),
        data: fc.float32Array({ minLength: size, maxLength: size, noNaN: true }),
      });
    }),
    { maxKeys: 4 },
  )
  .map((record) => new Map<string, WeightTensor>(Object.entries(record)));

describe('safetensors', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(tensors, (original) => {
        const { tensors: read } = readSafetensors(writeSafetensors(original, 'F32'), 'test');
        expect(new Map(read)).toEqual(original);
      }),
    );
  });

  it('reads a file that is a part of a larger buffer, as readFile gives small files', () => {
    const original = new Map([['a', { shape: [3], data: Float32Array.of(1, 2, 3) }]]);
    for (const dtype of ['F16', 'F32'] as const) {
      const pool = Buffer.concat([Buffer.alloc(5), writeSafetensors(original, dtype)]);
      const { tensors: read } = readSafetensors(pool.subarray(5), 'test');
      expect(read.get('a')?.data).toEqual(Float32Array.of(1, 2, 3));
    }
  });

  it('refuses a file with any byte of its header changed, or reads tensors of the right sizes', () => {
    const file = writeSafetensors(new Map([['a', { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]), 'F16');
    fc.assert(
      fc.property(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const broken = file.slice();
        broken[position] = (broken[position] ?? 0) ^ change;
        expectWeightsErrorOrWhole(broken);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses a file cut short or too long', () => {
    const file = writeSafetensors(new Map([['a', { shape: [3], data: Float32Array.of(1, 2, 3) }]]), 'F32');
    for (let length = 0; length < file.length; length += 1) {
      expect(() => readSafetensors(file.subarray(0, length), 'test')).toThrow(WeightsError);
    }
    expect(() => readSafetensors(Uint8Array.from([...file, 0]), 'test')).toThrow(WeightsError);
  });

  it('refuses arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectWeightsErrorOrWhole(bytes);
      }),
    );
  });

  it.each([
    ['an unknown element type', { a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }],
    ['a gap', { a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }],
    [
      'an overlap',
      { a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } },
    ],
    ['a size that does not fit the shape', { a: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } }],
    ['a negative size', { a: { dtype: 'F32', shape: [-2], data_offsets: [0, 8] } }],
    ['a header that is a list', []],
  ])('refuses %s', (_, header) => {
    expect(() => readSafetensors(fileOf(JSON.stringify(header), 8), 'test')).toThrow(WeightsError);
  });
});

describe('half precision', () => {
  it('decodes and encodes every number exactly', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00);
    expect(toFloat16(fromFloat16(all))).toEqual(all);
  });

  it('rounds to the nearest half, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65_000, max: 65_000 }), (value) => {
        const [bits = 0] = toFloat16(Float32Array.of(value));
        const neighbours = [bits - 1, bits, bits + 1].filter((near) => near >> 15 === bits >> 15 && near >= 0);
        const distances = fromFloat16(Uint16Array.from(neighbours)).map((near) => Math.abs(near - value));
        expect(distances[neighbours.indexOf(bits)]).toBe(Math.min(...distances));
      }),
    );
    // Between 2048 and 4096 halves are even numbers: odd ones are ties.
    expect([...fromFloat16(toFloat16(Float32Array.of(2049, 2051, 1e6, -1e6, 2 ** -25, -0)))]).toEqual([
      2048,
      2052,
      Infinity,
      -Infinity,
      0,
      -0,
    ]);
  });

  it('decodes bfloat16', () => {
    expect([...fromBfloat16(Uint16Array.of(0x3f80, 0xc040, 0))]).toEqual([1, -3, 0]);
  });
});

function expectWeightsErrorOrWhole(bytes: Uint8Array): void {
  try {
    for (const { shape, data } of readSafetensors(bytes, 'test').tensors.values()) {
      expect(data.length).toBe(shape.reduce((left, right) => left * right, 1));
    }
  } catch (error) {
    expect(error).toBeInstanceOf(WeightsError);
  }
}

function fileOf(header: string, dataLength: number): Uint8Array {
  const file = new Uint8Array(8 + header.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(new TextEncoder().encode(header), 8);
  return file;
}
