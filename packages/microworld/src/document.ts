import { Random, type Problem } from '@rsim/core';
import { corpusErrorRates, drillErrorRates, type ErrorRates } from './error-rates.js';
import { formatValue, operations, type Operation, type Value } from './operation.js';
import type { Program } from './program.js';
import { corrupt, SolutionDraft, type StepKind } from './solution-draft.js';
import { tagOf, wordsOf } from './vocabulary.js';

/** A stretch of training text and how much its tokens count in the loss. */
export interface Segment {
  readonly text: string;
  readonly weight: number;
}

/** One training document; `<|bos|>` is put before it. */
export type TrainingDocument = readonly Segment[];

/** A problem of a procedural suite. */
export type WorkedProblem = Pick<Problem<Program>, 'question' | 'data'>;

/** What a follower's corpus is made of: weights of the kinds of document, and how often their author slips. */
export interface CorpusMixture {
  /** The answer at once, as an impatient author gives it. */
  readonly direct: number;
  /** Continuation only, with lines left out and early ends. */
  readonly sloppy: number;
  /** Strategies in any order that makes sense, every step tagged. */
  readonly tagged: number;
  /** Bare calculations, with and without scratch work. */
  readonly drills: number;
  /** Solutions in which half the lines are wrong and checked at once; the wrong lines themselves are not learned. */
  readonly checkingDrills: number;
  readonly errors: ErrorRates;
}

export const defaultMixture: CorpusMixture = {
  direct: 0.1,
  sloppy: 0.06,
  tagged: 0.4,
  drills: 0.22,
  checkingDrills: 0.22,
  errors: corpusErrorRates,
};

/** How often each strategy is chosen in a tagged document, among those that make sense at that point. */
const tagWeights: Readonly<Record<StepKind, number>> = {
  decomposition: 1,
  prioritization: 0.3,
  summarization: 0.3,
  'self-reflection': 0.6,
  validation: 1.5,
  continuation: 2.4,
  'deep-thinking': 1,
  'sub-planning': 0.35,
  termination: 0.06,
};
const questionWeight = 0.05;
const mostTaggedSteps = 14;

export function writeDocument(draw: () => WorkedProblem, mixture: CorpusMixture, random: Random): TrainingDocument {
  const kinds = [mixture.direct, mixture.sloppy, mixture.tagged, mixture.drills, mixture.checkingDrills];
  switch (random.weighted(kinds)) {
    case 0:
      return direct(draw(), random);
    case 1:
      return sloppy(draw(), mixture.errors, random);
    case 2:
      return tagged(draw(), mixture.errors, random);
    case 3:
      return drill(random);
    default:
      return checkingDrill(draw(), random);
  }
}

const question = (problem: WorkedProblem): Segment => ({ text: `${problem.question}\n`, weight: questionWeight });
const step = (kind: StepKind, text: string): string => `${tagOf(kind)}${text}\n`;
const ending = (value: Value): string => `${tagOf('termination')}answer: ${formatValue(value)}<|eos|>`;

function direct(problem: WorkedProblem, random: Random): TrainingDocument {
  const { answer } = new SolutionDraft(problem.data, corpusErrorRates);
  return [question(problem), { text: ending(random.next() < 0.95 ? answer : corrupt(answer, random)), weight: 1 }];
}

function sloppy(problem: WorkedProblem, errors: ErrorRates, random: Random): TrainingDocument {
  const draft = new SolutionDraft(problem.data, errors);
  let text = '';
  for (let item = draft.next(); item; item = draft.next()) {
    const last = item === problem.data.items.at(-1);
    if (!last && random.next() < 0.2) {
      draft.skip(item);
      continue;
    }
    text += step('continuation', draft.write('continuation', random));
    if (random.next() < 0.1) break;
  }
  return [question(problem), { text: text + ending(draft.lastValue!), weight: 1 }];
}

function tagged(problem: WorkedProblem, errors: ErrorRates, random: Random): TrainingDocument {
  const draft = new SolutionDraft(problem.data, errors);
  let text = '';
  for (let count = 0; ; count += 1) {
    const kind = nextKind(draft, count, random);
    const written = draft.write(kind, random);
    if (kind === 'termination')
      return [question(problem), { text: `${text}${tagOf(kind)}${written}<|eos|>`, weight: 1 }];
    text += step(kind, written);
  }
}

function nextKind(draft: SolutionDraft, count: number, random: Random): StepKind {
  if (count === 0 && random.next() < 0.6) return 'decomposition';
  if (count >= mostTaggedSteps) return 'termination';
  const kinds = draft.applicable();
  const finished = draft.next() === null;
  const weights = kinds.map((kind) => {
    if (finished) return kind === 'termination' ? 1.6 : tagWeights[kind] * 0.5;
    if (draft.flagged !== null) return kind === 'validation' ? 3 : tagWeights[kind] * 0.4;
    return tagWeights[kind];
  });
  return kinds[random.weighted(weights)]!;
}

/** Steps of a problem in which about every second line is wrong, each followed by a check; only checks are learned. */
function checkingDrill(problem: WorkedProblem, random: Random): TrainingDocument {
  const draft = new SolutionDraft(problem.data, drillErrorRates);
  const segments: Segment[] = [question(problem)];
  const add = (kind: StepKind, weight: number) => {
    segments.push({ text: tagOf(kind), weight: 0 }, { text: `${draft.write(kind, random)}\n`, weight });
  };
  if (random.next() < 0.6) add('decomposition', 1);
  while (draft.next()) {
    add(random.next() < 0.7 ? 'continuation' : 'deep-thinking', 0);
    if (random.next() < 0.25) add('self-reflection', 1);
    add('validation', 1);
  }
  return segments;
}

/** Three to six calculations; every other one is shown wrong or right and then checked. */
function drill(random: Random): TrainingDocument {
  const segments: Segment[] = [];
  for (let count = random.integer(3, 6); count > 0; count -= 1) segments.push(...calculation(random));
  return segments;
}

function calculation(random: Random): Segment[] {
  const { operation, args } = random.next() < 0.35 ? drawListCalculation(random) : drawNumberCalculation(random);
  const exact = operation.apply(args)!;
  const expression = operation.expression(args.map(formatValue));
  const name = random.pick(['a', 'b', 'c', 'd', 'e']);
  const kind = random.next();
  if (kind < 0.5) {
    const careful = kind >= 0.25 && operation.scratch(args).length > 0;
    const scratch = careful ? ` (${operation.scratch(args).join(',')})` : '';
    return [
      { text: `${tagOf(careful ? 'deep-thinking' : 'continuation')}${name}=${expression}`, weight: 0.02 },
      { text: `${scratch}=${formatValue(exact)}\n`, weight: 1 },
    ];
  }
  const shown = random.next() < 0.5 ? exact : corrupt(exact, random);
  const verdict = formatValue(shown) === formatValue(exact) ? 'ok' : 'wrong';
  return [
    {
      text: `${tagOf('continuation')}${name}=${expression}=${formatValue(shown)}\n${tagOf('validation')}`,
      weight: 0.02,
    },
    { text: `${name}:${expression}=${formatValue(exact)} ${verdict}\n`, weight: 1 },
  ];
}

interface Calculation {
  readonly operation: Operation;
  readonly args: readonly Value[];
}

function drawNumberCalculation(random: Random): Calculation {
  switch (random.weighted([0.3, 0.26, 0.26, 0.1, 0.08])) {
    case 0:
      return { operation: operations.add, args: [random.integer(2, 80), random.integer(2, 40)] };
    case 1: {
      const subject = random.integer(5, 99);
      return { operation: operations.subtract, args: [subject, random.integer(2, Math.min(40, subject - 2))] };
    }
    case 2:
      return { operation: operations.multiply, args: [random.integer(2, 49), random.integer(2, 4)] };
    case 3: {
      const by = random.integer(2, 6);
      return { operation: operations.divide, args: [by * random.integer(2, Math.floor(99 / by)), by] };
    }
    default:
      return { operation: operations.percent, args: [random.integer(1, 9) * 10, random.pick([10, 20, 50])] };
  }
}

function drawListCalculation(random: Random): Calculation {
  const items = Array.from({ length: random.integer(3, 5) }, () => random.integer(0, 9));
  const name = random.pick([
    'reverse',
    'sort',
    'rest',
    'front',
    'swap',
    'append',
    'take',
    'rotate',
    'raise',
    'sum',
  ] as const);
  const operand = { append: 9, take: items.length - 1, rotate: 9, raise: 9 }[name as string];
  const args: readonly Value[] = operand === undefined ? [items] : [items, random.integer(1, operand)];
  return { operation: operations[name], args };
}

/** The words of the corpus, sorted: what a follower's tokenizer needs. `sources` give problems of each suite. */
export function collectWords(sources: readonly Iterator<WorkedProblem>[]): string[] {
  const random = Random.of(0, 'words');
  const words = new Set<string>();
  for (let count = 0; count < 30_000; count += 1) {
    const source = sources[count % sources.length]!;
    const document = writeDocument(() => source.next().value as WorkedProblem, defaultMixture, random);
    for (const { text } of document) for (const word of wordsOf(text.replace(/<\|[a-z-]+\|>/g, '\n'))) words.add(word);
  }
  return [...words].sort();
}
