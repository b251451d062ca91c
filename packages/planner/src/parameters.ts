import type { NamedWeights } from '@rsim/core';

/** One weight array, row-major. */
export interface Parameter {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Weight arrays of a network by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** Arrays of the same names and shapes, all 0: what gradients and Adam's moments start from. */
export function zerosLike(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, values }]) => [
      name,
      { shape, values: new Float32Array(values.length) },
    ]),
  );
}

/** Puts the values of `source` into `target`, which has the same names and shapes. */
export function copyParameters(source: Parameters, target: Parameters): void {
  for (const [name, { values }] of Object.entries(target)) values.set(source[name]!.values);
}

/** The arrays themselves, by name. */
export function valuesOf(parameters: Parameters): NamedWeights {
  return Object.fromEntries(Object.entries(parameters).map(([name, { values }]) => [name, values]));
}

/** Number of weights, all arrays together. */
export function parameterCount(parameters: Parameters): number {
  return Object.values(parameters).reduce((sum, { values }) => sum + values.length, 0);
}
