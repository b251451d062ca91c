/** Characters at the end of a text in which code is looked for. */
const longestTail = 100_000;

/** How a text holds its program: always in the last fenced block; what a text without one means is the suite's. */
export interface CodeRule {
  /** What the follower is told. */
  readonly instruction: string;
  /** The program in a text, `null` where there is none. */
  read(text: string): string | null;
  /** A text that holds the program. */
  write(program: string): string;
}

/** The content of the last fenced block of a text; an open one ends with the text. `null` where there is none. */
export function lastFencedBlock(text: string): string | null {
  let block: string[] | null = null;
  let last: string | null = null;
  for (const line of text.slice(-longestTail).split(/\r?\n/)) {
    if (!/^\s{0,3}```/.test(line)) block?.push(line);
    else if (block === null) block = [];
    else {
      last = block.join('\n');
      block = null;
    }
  }
  return block === null ? last : block.join('\n');
}

/** The one rule of the code suites: the program is the last fenced block of the answer. */
export function extractCode(language: 'python' | 'javascript', what: string): CodeRule {
  return {
    instruction: `Answer with ${what} in one block that starts with \`\`\`${language} and ends with \`\`\`.`,
    read: (text) => {
      const block = lastFencedBlock(text);
      return block === null || block.trim() === '' ? null : block;
    },
    write: (program) => `\`\`\`${language}\n${program.replace(/\r\n/g, '\n')}\n\`\`\``,
  };
}
