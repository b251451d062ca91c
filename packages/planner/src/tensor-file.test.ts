import { CheckpointError } from '@rsim/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeTensors, encodeTensors } from './tensor-file.js';

const tensors = [
  { name: 'a', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-30, 1e30) },
  { name: 'b.c', shape: [1], values: Float32Array.of(7) },
];

it('reads what it wrote', () => {
  expect([...decodeTensors(encodeTensors(tensors), 'x').values()]).toEqual(tensors);
});

it('lays the file out as the format has it', () => {
  const bytes = encodeTensors(tensors);
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as unknown;
  expect(header).toEqual({
    a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    'b.c': { dtype: 'F32', shape: [1], data_offsets: [24, 28] },
  });
  expect(bytes.readFloatLE(8 + length + 24)).toBe(7);
});

it('refuses anything else with an error of its own', () => {
  const whole = encodeTensors(tensors);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
      expect(() => decodeTensors(whole.subarray(0, length), 'x')).toThrow(CheckpointError);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(() => decodeTensors(Buffer.from(bytes), 'x')).toThrow(CheckpointError);
    }),
  );
});
