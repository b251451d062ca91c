import type { CodeValue } from './code-request.js';

/**
 * Whether what a program returned is the expected value: same type, same content. Numbers compare as numbers (`2` is
 * `2.0`, NaN is NaN), a truth value is no number, the order of the fields of an object does not matter.
 */
export function isSameValue(expected: CodeValue, actual: unknown): boolean {
  if (typeof expected === 'number') return actual === expected || (Number.isNaN(expected) && Number.isNaN(actual));
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  if (Array.isArray(expected)) {
    const list: readonly CodeValue[] = expected;
    return (
      Array.isArray(actual) &&
      actual.length === list.length &&
      list.every((each, index) => isSameValue(each, actual[index]))
    );
  }
  if (typeof actual !== 'object' || actual === null || Object.getPrototypeOf(actual) !== Object.prototype) return false;
  const fields = Object.entries(expected as { readonly [name: string]: CodeValue });
  return (
    fields.length === Object.keys(actual).length &&
    fields.every(
      ([name, value]) => Object.hasOwn(actual, name) && isSameValue(value, (actual as Record<string, unknown>)[name]),
    )
  );
}
