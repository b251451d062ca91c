/** At most `count` parts of about equal size, in order; neighbours stay together, so each part has problems of all suites. */
export function chunks<T>(items: readonly T[], count: number): T[][] {
  const size = Math.max(1, Math.ceil(items.length / count));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
