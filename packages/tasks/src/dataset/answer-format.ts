/** How a suite asks for answers, writes them and reads them: in one place, so that prompt and verifier cannot differ. */
export interface AnswerFormat {
  /** What the follower is told. */
  readonly instruction: string;
  /** A final answer, as the instruction asks for it. */
  write(answer: string): string;
  /** The answer in the text of a final step, `null` where there is none. */
  read(text: string): string | null;
}

/** Characters at the end of a text in which the answer is looked for. */
const longestTail = 10_000;

/**
 * `answer: …` on a line of its own; the last one counts, as far as its line goes. Emphasis around it is ignored.
 *
 * @param what what stands after the colon, e.g. `the number alone`.
 */
export function answerLine(what: string): AnswerFormat {
  return {
    instruction: `End with a line that says "answer: " and then ${what}.`,
    write: (answer) => `answer: ${answer}`,
    read: (text) => {
      const lines = text.slice(-longestTail).split(/\r?\n/);
      for (const line of lines.reverse()) {
        const start = line.toLowerCase().lastIndexOf('answer');
        const rest = start < 0 ? null : /^answer(?: is)?[*_ ]*:[*_ ]*(.*)$/i.exec(line.slice(start))?.[1];
        const answer = rest && trimmed(rest);
        if (answer) return answer;
      }
      return null;
    },
  };
}

/** Without white space and emphasis at the end; a loop, since a pattern would take a square of the length. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && /[*_\s]/.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
