import {
  contentKey,
  ProblemError,
  Random,
  splitOf,
  type Budget,
  type Problem,
  type ProblemQuery,
  type Split,
  type SuiteException,
  type TaskSuite,
  type Verdict,
} from '@rsim/core';
import type { DatasetEntry, DatasetRecipe } from './recipe.js';
import type { SplitRows } from './source.js';

export interface DatasetOptions {
  /** Solved training problems before each question. */
  readonly shots?: number;
  /** Only problems of these levels. */
  readonly levels?: readonly number[];
  /** Which examples are shown. */
  readonly seed: number;
}

interface Entry<Data> extends DatasetEntry<Data> {
  readonly key: string;
  readonly level: number;
  /** The upstream split, if it has them. */
  readonly split?: Split;
}

const splits: readonly Split[] = ['train', 'validation', 'test'];

/**
 * A suite over the rows of a data set. Upstream splits are kept: where there is no validation split, a tenth of the
 * training rows becomes one, by content; a question that several splits have stays with the test split, else with the
 * validation split. Without upstream splits all three are made by content, as everywhere.
 */
export class DatasetSuite<Data> implements TaskSuite<Data> {
  readonly name: string;
  readonly title: string;
  readonly domain: string;
  readonly levels: readonly number[];
  readonly budget: Budget;
  readonly exceptions: readonly SuiteException[];
  readonly #recipe: DatasetRecipe<Data>;
  readonly #entries: Readonly<Record<Split, readonly Entry<Data>[]>>;
  readonly #examples: readonly Entry<Data>[];
  readonly #shots: number;

  /** @throws ProblemError when a row is bad, there are none, or too few for the examples. */
  constructor(recipe: DatasetRecipe<Data>, rows: SplitRows, { shots = 0, levels, seed }: DatasetOptions) {
    this.name = recipe.name;
    this.title = recipe.title;
    this.domain = recipe.card.domain;
    this.budget = recipe.budget;
    this.#recipe = recipe;
    const { entries, exceptions } = divide(recipe, rows);
    this.exceptions = exceptions;
    const wanted = (entry: Entry<Data>) => levels?.includes(entry.level) ?? true;
    this.#entries = {
      train: entries.train.filter(wanted),
      validation: entries.validation.filter(wanted),
      test: entries.test.filter(wanted),
    };
    const all = splits.flatMap((split) => this.#entries[split]);
    this.levels = [...new Set(all.map(({ level }) => level))].sort((left, right) => left - right);
    if (all.length === 0) throw this.#lacking('no problems', 'Check its path and levels.');
    const { train } = this.#entries;
    if (shots > 0 && train.length <= shots) {
      throw this.#lacking(
        `${train.length} training problems, too few for ${shots} examples`,
        'Give a path for "train", or set shots to 0.',
      );
    }
    this.#shots = shots;
    // One more than is shown, for the problem that is itself among them. The same for all, so that followers can share them.
    this.#examples = shots > 0 ? Random.of(seed, this.name, 'examples').sample(train, shots + 1) : [];
  }

  /** All problems of a split and levels, in an order that the seed decides. @throws ProblemError for a level it lacks. */
  *problems({ split, seed, levels = this.levels }: ProblemQuery): Generator<Problem<Data>> {
    const unknown = levels.find((level) => !this.levels.includes(level));
    if (unknown !== undefined)
      throw this.#lacking(`no level ${unknown}`, `Choose among the levels ${this.levels.join(', ')}.`);
    const entries = this.#entries[split].filter(({ level }) => levels.includes(level));
    for (const entry of Random.of(seed, this.name, split).shuffle(entries)) yield this.#problem(entry);
  }

  readonly count = ({ split, levels = this.levels }: Omit<ProblemQuery, 'seed'>): number =>
    this.#entries[split].filter(({ level }) => levels.includes(level)).length;

  verify(problem: Problem<Data>, finalText: string): Verdict | Promise<Verdict> {
    return this.#recipe.verify(problem, finalText);
  }

  goldText(problem: Problem<Data>): string {
    return this.#recipe.format.write(problem.answer);
  }

  #problem({ key, level, question, answer, data, split }: Entry<Data>): Problem<Data> {
    const prompt = this.#prompt(key, question);
    return Object.freeze({ key, suite: this.name, level, question, prompt, answer, data, ...(split && { split }) });
  }

  #prompt(key: string, question: string): string {
    const { instruction, write } = this.#recipe.format;
    const examples = this.#examples.filter((example) => example.key !== key).slice(0, this.#shots);
    if (examples.length === 0) return `${question}\n\n${instruction}`;
    const solved = examples.map((example) => {
      const solution = example.solution === undefined ? '' : `${example.solution}\n`;
      return `Question: ${example.question}\nSolution: ${solution}${write(example.answer)}`;
    });
    return [instruction, ...solved, `Question: ${question}\nSolution:`].join('\n\n');
  }

  #lacking(what: string, remedy: string): ProblemError {
    return new ProblemError(`suite "${this.name}" has ${what}`, { remedy });
  }
}

interface Divided<Data> {
  readonly entries: Readonly<Record<Split, Entry<Data>[]>>;
  readonly exceptions: SuiteException[];
}

/** The problems of the rows by split, each question once. */
function divide<Data>(recipe: DatasetRecipe<Data>, rows: SplitRows): Divided<Data> {
  const entries: Record<Split, Entry<Data>[]> = { train: [], validation: [], test: [] };
  const exceptions: SuiteException[] = [];
  const seen = new Set<string>();
  const hasUpstreamSplits = rows.all === undefined;
  for (const upstream of ['test', 'validation', 'train', 'all'] as const) {
    for (const row of rows[upstream] ?? []) {
      for (const entry of recipe.entries(row)) {
        const key = contentKey(recipe.name, entry.question);
        if (seen.has(key)) continue;
        seen.add(key);
        const reason = recipe.exceptions?.[key];
        if (reason !== undefined) {
          exceptions.push({ key, reason });
          continue;
        }
        const split = upstream === 'all' ? splitOf(key) : withinTraining(upstream, key, rows);
        entries[split].push({ level: 1, ...entry, key, ...(hasUpstreamSplits && { split }) });
      }
    }
  }
  return { entries, exceptions };
}

function withinTraining(upstream: Split, key: string, rows: SplitRows): Split {
  const isHeldBack = upstream === 'train' && rows.validation === undefined && splitOf(key) === 'validation';
  return isHeldBack ? 'validation' : upstream;
}
