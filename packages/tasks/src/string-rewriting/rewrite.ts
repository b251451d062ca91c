export interface Rule {
  readonly from: string;
  readonly to: string;
}

/**
 * The strings that arise from `start`, itself first: each step applies the first rule that occurs, at its leftmost
 * place. Ends when none occurs, after `most` steps at the latest.
 */
export function rewrite(start: string, rules: readonly Rule[], most: number): string[] {
  const run = [start];
  for (let word = start; run.length <= most; run.push(word)) {
    const rule = rules.find(({ from }) => word.includes(from));
    if (rule === undefined) break;
    // As a function, since a text may hold patterns such as $&.
    word = word.replace(rule.from, () => rule.to);
  }
  return run;
}
