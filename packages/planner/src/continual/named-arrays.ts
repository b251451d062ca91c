import type { NamedWeights } from '@rsim/core';

/** Arrays under names that begin with `prefix`. */
export function prefixed(prefix: string, arrays: NamedWeights): NamedWeights {
  return Object.fromEntries(Object.entries(arrays).map(([name, values]) => [`${prefix}${name}`, values]));
}

/** Those whose names begin with `prefix`, without it. */
export function unprefixed(prefix: string, arrays: NamedWeights): NamedWeights {
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, values]) => [name.slice(prefix.length), values]));
}

/** The same numbers in arrays of their own. */
export function copyOf(weights: NamedWeights): NamedWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.slice()]));
}
