/** One booking; payments are negative. */
export interface Entry {
  readonly reference: string;
  readonly text: string;
  readonly cents: number;
}

export function totalOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { cents }) => sum + cents, 0);
}

/** References that one side lacks or has with another amount, sorted. */
export function differingReferences(ledger: readonly Entry[], statement: readonly Entry[]): string[] {
  const [left, right] = [ledger, statement].map(
    (entries) => new Map(entries.map(({ reference, cents }) => [reference, cents])),
  ) as [Map<string, number>, Map<string, number>];
  const all = new Set([...left.keys(), ...right.keys()]);
  return [...all].filter((reference) => left.get(reference) !== right.get(reference)).sort();
}
