import type { Verdict } from '@rsim/core';

/** How a suite wants its answers: stated in the question, read by the verifier. */
export interface AnswerForm {
  /** What stands after the mark, as the question says it, e.g. `a whole number`. */
  readonly wanted: string;
  /** An answer of this form. */
  readonly example: string;
  /** One spelling for all that mean the same, or `null` for what is not of this form. Never throws. */
  read(written: string): string | null;
  /** Other answers of this form that one might give for `answer`; some may mean the same. */
  nearMisses(answer: string): readonly string[];
}

/** The sentence that ends a question. */
export function instructionOf({ wanted, example }: AnswerForm): string {
  return `End with a line that starts with "Answer:" and gives ${wanted}, for example "Answer: ${example}".`;
}

/** A final text that gives `answer`. */
export function answerText(answer: string): string {
  return `Answer: ${answer}`;
}

/** Characters from the end of a final text in which the answer is looked for. */
const longestText = 4000;
/** Characters of a line that are read as an answer. */
const longestAnswer = 400;

/** What stands after the last `Answer:` of a text, up to the end of its line, without Markdown and LaTeX around it. */
export function writtenAnswer(finalText: string): string | null {
  const text = finalText.slice(-longestText);
  const mark = [...text.matchAll(/\banswer[*_]{0,3}[ \t]?:/gi)].at(-1);
  if (mark === undefined) return null;
  const [line = ''] = text
    .slice(mark.index + mark[0].length)
    .trimStart()
    .split(/[\r\n]/, 1);
  return line.length > longestAnswer ? null : withoutMarkup(line);
}

function withoutMarkup(line: string): string {
  return line
    .replace(/[*`$]|\\[()[\]]/g, '')
    .replace(/\\boxed\s*\{(.*)\}/, '$1')
    .replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '$1/$2')
    .replace(/\\text\s*\{([^{}]*)\}/g, '$1')
    .replace(/\\([,;! ]|quad)/g, ' ')
    .replace(/\\([{}%])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\s*\.$/, '');
}

/**
 * Judges the last `Answer: …` of a final text. Case and white space do not matter; what is not of the form is `unparsed`.
 *
 * @param isRight whether a canonical spelling answers the problem.
 */
export function judgeAnswer(form: AnswerForm, finalText: string, isRight: (read: string) => boolean): Verdict {
  const written = writtenAnswer(finalText);
  const extracted = written === null ? null : form.read(written);
  if (extracted === null) return { status: 'unparsed', score: 0, extracted };
  const correct = isRight(extracted);
  return { status: correct ? 'correct' : 'wrong', score: correct ? 1 : 0, extracted };
}
