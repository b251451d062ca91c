import type { Verdict } from '@rsim/core';

/** Longest answer that is read; nothing that is right is longer. */
export const longestAnswer = 4000;

export function unparsed(): Verdict {
  return { status: 'unparsed', score: 0, extracted: null };
}

/** @param partial credit of an answer that is not right, from 0 to 1. */
export function judged(isCorrect: boolean, extracted: string, partial = 0): Verdict {
  return isCorrect ? { status: 'correct', score: 1, extracted } : { status: 'wrong', score: partial, extracted };
}

/** What stands in `\boxed{…}`, `\text{…}`, `$…$` or `**…**` when that is all there is. */
export function unwrap(answer: string): string {
  let bare = answer.trim();
  for (let depth = 0; depth < 8; depth += 1) {
    const inner =
      /^(?:\\(?:boxed|text|textbf|mathrm|mathbf)\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}|\$([^$]*)\$|\*{1,2}([^*]*)\*{1,2}|\\\(([^()]*)\\\))\.?$/.exec(
        bare,
      );
    if (inner === null) break;
    bare = (inner[1] ?? inner[2] ?? inner[3] ?? inner[4] ?? '').trim();
  }
  return bare;
}
