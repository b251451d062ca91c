import { readFileSync } from 'node:fs';
import { ConfigError, messageOf, type Problem, type Verdict } from '@rsim/core';
import { wilson } from '@rsim/evaluation';
import pc from 'picocolors';
import { z } from 'zod';
import { openSuite, problemsBySplit, type SuiteOptions } from '../open-suite.js';
import { Progress } from '../progress.js';

const predictionSchema = z
  .object({ key: z.string().optional(), question: z.string().optional(), text: z.string() })
  .refine(({ key, question }) => key !== undefined || question !== undefined, {
    error: 'it has neither key nor question',
  });

interface Graded {
  readonly problem: Problem;
  readonly verdict: Verdict;
}

/** Grades a file of predictions: JSON lines of `key` or `question`, and `text`. */
export async function tasksGrade(options: SuiteOptions, name: string, file: string): Promise<void> {
  const suite = await openSuite(name, options);
  const predictions = readPredictions(file);
  const problems = [...problemsBySplit(suite, options).values()].flat();
  const byKey = new Map(
    problems.flatMap((problem) => [[problem.key, problem] as const, [problem.question, problem] as const]),
  );
  const progress = new Progress({ label: `grading ${file}`, total: predictions.length, unit: 'predictions' });
  const graded: Graded[] = [];
  for (const [index, { key, question, text }] of predictions.entries()) {
    const problem = byKey.get(key ?? question ?? '');
    if (problem === undefined) {
      throw new ConfigError(`${file}:${index + 1}: suite "${name}" has no problem "${key ?? question}" here`, {
        remedy: 'Give the --split, --seed and --n that the problems were taken with.',
      });
    }
    graded.push({ problem, verdict: await suite.verify(problem, text) });
    progress.update(graded.length);
  }
  progress.finish();
  const report = {
    suite: name,
    ...summary(graded),
    levels: Object.fromEntries(
      suite.levels.map((level) => [level, summary(graded.filter(({ problem }) => problem.level === level))]),
    ),
  };
  if (options.json)
    console.log(
      JSON.stringify(
        { ...report, graded: graded.map(({ problem, verdict }) => ({ key: problem.key, ...verdict })) },
        null,
        2,
      ),
    );
  else print(report);
}

/** @throws ConfigError naming the line that is wrong. */
function readPredictions(file: string): z.output<typeof predictionSchema>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}: ${messageOf(cause)}`, { remedy: 'Name a file of JSON lines.', cause });
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const wrong = (what: string) =>
      new ConfigError(`${file}:${index + 1}: ${what}`, { remedy: 'Write each line as {"key": "…", "text": "…"}.' });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw wrong('this is not JSON');
    }
    const parsed = predictionSchema.safeParse(value);
    if (!parsed.success) throw wrong(parsed.error.issues[0]?.message ?? 'this is no prediction');
    return [parsed.data];
  });
}

interface Summary {
  readonly n: number;
  /** Share of correct answers with its 95 % interval (Wilson); `null` of none. */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Mean score, partial credit included; answers that were not judged in time do not count. */
  readonly score: number | null;
  readonly verdicts: Readonly<Record<Verdict['status'], number>>;
}

function summary(graded: readonly Graded[]): Summary {
  const verdicts = { correct: 0, wrong: 0, unparsed: 0, timeout: 0 };
  for (const { verdict } of graded) verdicts[verdict.status] += 1;
  const scores = graded.flatMap(({ verdict }) => verdict.score ?? []);
  const n = graded.length;
  if (n === 0) return { n, accuracy: null, low: null, high: null, score: null, verdicts };
  const { low, high } = wilson(verdicts.correct, n);
  const score = scores.length === 0 ? null : scores.reduce((sum, each) => sum + each, 0) / scores.length;
  return { n, accuracy: verdicts.correct / n, low, high, score, verdicts };
}

function print(report: Summary & { readonly suite: string; readonly levels: Readonly<Record<string, Summary>> }): void {
  const percent = (share: number | null) => (share === null ? '–' : (100 * share).toFixed(1));
  const line = ({ n, accuracy, low, high, score, verdicts }: Summary) => {
    const counts = Object.entries(verdicts).filter(([, count]) => count > 0);
    const listed = counts.map(([status, count]) => `${count} ${status}`).join(', ');
    return `${percent(accuracy)} % (${percent(low)} to ${percent(high)}) of ${n}, score ${percent(score)} % · ${listed}`;
  };
  console.log(`${pc.bold(report.suite)} ${line(report)}`);
  const levels = Object.entries(report.levels).filter(([, { n }]) => n > 0);
  if (levels.length > 1) for (const [level, summary] of levels) console.log(`  level ${level}: ${line(summary)}`);
}
