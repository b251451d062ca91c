import { ConfigError } from '@rsim/core';
import pc from 'picocolors';
import { openSuite, problemsBySplit, type SuiteOptions } from '../open-suite.js';

/** Prints problems as a follower gets them, with their gold answers. */
export async function tasksShow(options: SuiteOptions, name: string): Promise<void> {
  const suite = await openSuite(name, options);
  const bySplit = problemsBySplit(suite, { ...options, split: options.split ?? 'train', n: options.n ?? 1 });
  const problems = [...bySplit.values()].flat();
  if (problems.length === 0) {
    throw new ConfigError(`suite "${name}" has no such problems`, { remedy: 'Ask for another split or level.' });
  }
  if (options.json) {
    console.log(
      JSON.stringify(
        problems.map(({ data: _, ...problem }) => problem),
        null,
        2,
      ),
    );
    return;
  }
  console.log(
    `${pc.bold(suite.title)} ${pc.dim(`(${suite.name}, ${suite.domain}, levels ${suite.levels.join(', ')})`)}`,
  );
  const { steps, tokens, answerTokens } = suite.budget;
  console.log(pc.dim(`budget of an episode: ${steps} steps, ${tokens} tokens, ${answerTokens} of them for the answer`));
  for (const problem of problems) {
    console.log(`\n${pc.cyan(problem.key)} ${pc.dim(`level ${problem.level}`)}\n${problem.question}`);
    console.log(`${pc.green('gold')} ${suite.goldText(problem)}`);
  }
}
