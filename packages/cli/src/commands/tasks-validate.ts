import { validateProblems, type RefusedGold, type Split } from '@rsim/core';
import pc from 'picocolors';
import { openSuite, problemsBySplit, type SuiteOptions } from '../open-suite.js';
import { Progress } from '../progress.js';

/** Most refused answers that are printed; `--json` has them all. */
const mostPrinted = 20;

/**
 * Grades every gold answer with the suite's own verifier.
 *
 * @returns 1 when any is refused that the suite does not name as wrong upstream.
 */
export async function tasksValidate(options: SuiteOptions, name: string): Promise<number> {
  const suite = await openSuite(name, options);
  const bySplit = problemsBySplit(suite, options);
  const total = [...bySplit.values()].reduce((sum, problems) => sum + problems.length, 0);
  const progress = new Progress({ label: `validating ${name}`, total, unit: 'problems' });
  const refused: (RefusedGold & { readonly split: Split })[] = [];
  let done = 0;
  for (const [split, problems] of bySplit) {
    const found = await validateProblems(suite, problems, () => progress.update((done += 1)));
    refused.push(...found.refused.map((each) => ({ ...each, split })));
  }
  progress.finish();
  const exceptions = suite.exceptions ?? [];
  if (options.json) {
    const list = refused.map(({ problem, reason, split }) => ({
      key: problem.key,
      split,
      reason,
      answer: problem.answer,
    }));
    console.log(JSON.stringify({ suite: name, checked: total, refused: list, exceptions }, null, 2));
    return refused.length === 0 ? 0 : 1;
  }
  for (const { problem, reason, split } of refused.slice(0, mostPrinted)) {
    console.log(`${pc.red('refused')} ${problem.key} (${split}): ${reason}\n  gold: ${problem.answer}`);
  }
  if (refused.length > mostPrinted) console.log(`… and ${refused.length - mostPrinted} more`);
  for (const { key, reason } of exceptions) console.log(`${pc.yellow('left out')} ${key}: ${reason}`);
  const passed = total - refused.length;
  console.log(
    `${passed} of ${total} gold answers pass${exceptions.length > 0 ? `, ${exceptions.length} are left out` : ''}`,
  );
  return refused.length === 0 ? 0 : 1;
}
