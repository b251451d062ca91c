/** What tests may need of a reference solution besides running it, read off its top level. */
export interface ReferenceNames {
  /** Its imports, for tests that rely on them. */
  readonly imports: string;
  /** The functions and classes it defines that the tests name. */
  readonly entryPoints: readonly string[];
}

/** Read from the reference, never from the program that is judged: that could name a function `set`, or `abs`. */
export function referenceNames(reference: string, tests: string): ReferenceNames {
  const named = new Set(tests.match(/\w+/g));
  const defined = [...reference.matchAll(/^(?:async def|def|class)\s+(\w+)/gm)].map(([, name]) => name!);
  return {
    imports: [...reference.matchAll(/^(?:import|from)\s.*$/gm)].map(([line]) => line).join('\n'),
    entryPoints: [...new Set(defined)].filter((name) => named.has(name)),
  };
}

/** Upstream files have the line ends of several systems. */
export function unixLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}
