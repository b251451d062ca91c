/**
 * Ratios of the onnx follower, each measured in one run, as tables in Markdown.
 *
 *   npm run followers -w tools/benchmarks -- [speed] [length] [published] [evaluated] [transformers] [memory] [--model=FOLDER]
 *
 * Without names: all but `published` and `memory`, which take minutes of their own. The models have random weights and Llama's shape;
 * FOLDER is one in the hub's layout to measure in their place. `transformers` installs transformers.js into a temporary folder.
 */
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import type { Strategy } from '@rsim/core';
import { OnnxFollower, onnxOptionsSchema } from '@rsim/follower-adapters';

import {
  allPerSecond,
  alternate,
  guidedSteps,
  head,
  measure,
  median,
  medianSpeed,
  nineSteps,
  residentMemory,
  row,
  type Speed,
  type Step,
  unguided,
  writtenPerSecond,
} from './conversations.js';
import { writeRandomModel } from './random-model.js';
import { withTransformers } from './transformers-js.js';

const names = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const given = process.argv.find((name) => name.startsWith('--model='))?.slice('--model='.length);
const models = given
  ? [resolve(process.env['INIT_CWD'] ?? '.', given)]
  : await Promise.all([writeRandomModel('1m', 'onnx'), writeRandomModel('10m', 'onnx')]);
const [first] = models as [string];
/** Short, since the tokens of the models' vocabulary are; a published model's prompts take as many. */
const injection = '\n\n{title}\n';

const processors = availableParallelism();
const rounds = 3;

function openFollower(model: string, workers?: number): Promise<OnnxFollower> {
  // Only budgets end a step, so that every run writes as much.
  const conversation = { format: 'plain', system: '', injection, stop: [] } as const;
  return OnnxFollower.create(onnxOptionsSchema.parse({ model, workers, ...conversation }));
}

const injectedBy =
  (follower: OnnxFollower) =>
  ({ title }: Strategy): number =>
    follower.countTokens(injection.replace('{title}', title));

/** One step that writes. */
const writing = (tokens: number): Step[] => [{ strategy: null, injected: 0, tokens }];
const rate = (value: number): string => value.toFixed(0);
const ratio = (one: number, other: number): string => (one / other).toFixed(2);

/** The median of the rounds' ratios. */
function ratioOf(of: (speed: Speed) => number, ones: readonly Speed[], others: readonly Speed[]): string {
  return median(ones.map((one, round) => of(one) / of(others[round] as Speed))).toFixed(2);
}

async function speeds(): Promise<void> {
  const columns = ['model', 'what', 'written', 'written and fed in', 'µs of processors per written token'];
  head(`Tokens a second, medians of ${rounds} rounds`, ...columns);
  const summary: string[][] = [];
  for (const model of models) summary.push(...(await speedsOf(model)));
  head('Ratios, medians of the same rounds', 'model', 'what', 'measured', 'asked');
  for (const cells of summary) row(...cells);
}

async function speedsOf(model: string): Promise<string[][]> {
  const name = basename(model);
  await using single = await openFollower(model, 1);
  await using spread = await openFollower(model);
  const sixteen = guidedSteps(16, 16, injectedBy(single));
  const nine = nineSteps(64, injectedBy(single));
  for (const follower of [single, spread]) await measure(follower, 64, writing(4));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const taken = await alternate(rounds, {
    one: () => measure(single, 1, unguided(sixteen)),
    single: () => measure(single, 64, unguided(sixteen)),
    many: () => measure(spread, 64, unguided(sixteen)),
    guided: () => measure(spread, 64, sixteen),
    long: () => measure(spread, 64, unguided(nine)),
    longGuided: () => measure(spread, 64, nine),
    reading: () => measure(spread, 64, writing(1), 'Tom counts his apples again. '.repeat(10)),
  });
  delay.disable();
  const names: Record<keyof typeof taken, string> = {
    one: '1 session',
    single: '64 sessions, one worker',
    many: '64 sessions, a worker per processor',
    guided: 'these, guided, 16 steps of 16',
    long: 'these, unguided, as long as the next',
    longGuided: 'these, guided, 9 steps of 64',
    reading: 'these, questions read',
  };
  for (const [arm, speeds] of Object.entries(taken)) {
    const speed = medianSpeed(speeds);
    const processor = rate((1e6 * speed.processorSeconds) / speed.written);
    row(name, names[arm as keyof typeof taken], rate(writtenPerSecond(speed)), rate(allPerSecond(speed)), processor);
  }
  const { one, many } = taken;
  const comparisons = [
    ['16 steps of 16', taken.guided, many],
    ['9 steps of 64', taken.longGuided, taken.long],
  ] as const;
  return [
    [name, '64 sessions ÷ 1, one worker', ratioOf(writtenPerSecond, taken.single, one), ''],
    [name, '64 sessions ÷ 1, a worker per processor', ratioOf(writtenPerSecond, many, one), '≥ 5'],
    ...comparisons.flatMap(([what, led, free]) => [
      [name, `guided ÷ unguided, all tokens, ${what}`, ratioOf(allPerSecond, led, free), '≥ 0.95'],
      [name, `guided ÷ unguided, written tokens, ${what}`, ratioOf(writtenPerSecond, led, free), ''],
      [name, 'most that this can be', mostGuided(medianSpeed(led), medianSpeed(free), medianSpeed(taken.reading)), ''],
    ]),
    [name, "main thread's delay, p99, ms", (delay.percentile(99) / 1e6).toFixed(1), '≤ 20'],
  ];
}

/**
 * What guided ÷ unguided in written tokens would be if written tokens took what they take unguided, and injected ones what the
 * tokens of questions take, which are read many at once with nothing before them.
 */
function mostGuided(led: Speed, free: Speed, reading: Speed): string {
  const writing = (led.written * free.seconds) / free.written;
  const injected = ((led.fed - free.fed) * reading.seconds) / reading.fed;
  return (writing / (writing + injected)).toFixed(2);
}

/** Every token reads its whole conversation, which a batch cannot share. */
async function byLength(measured: readonly string[], lengths: readonly number[]): Promise<void> {
  head(
    `Tokens a second by length, medians of ${rounds} rounds`,
    'model',
    'tokens',
    '1 session',
    '64 sessions',
    'ratio',
  );
  for (const model of measured) {
    await using follower = await openFollower(model);
    await measure(follower, 64, writing(4));
    for (const tokens of lengths) {
      const { one, many } = await alternate(rounds, {
        one: () => measure(follower, 1, writing(tokens)),
        many: () => measure(follower, 64, writing(tokens)),
      });
      const [alone, together] = [one, many].map((speeds) => rate(writtenPerSecond(medianSpeed(speeds))));
      row(basename(model), String(tokens), alone as string, together as string, ratioOf(writtenPerSecond, many, one));
    }
  }
}

/** Counts what the model is given against what the episodes consist of. */
async function evaluatedPerUnique(): Promise<void> {
  head('Episodes of 16 steps, 8 sessions', 'model', 'what', 'measured', 'asked');
  await using follower = await openFollower(first, 1);
  const { written, fed } = await measure(follower, 8, guidedSteps(16, 12, injectedBy(follower)));
  row(
    basename(first),
    'tokens evaluated ÷ unique tokens',
    (follower.evaluatedTokens / (written + fed)).toFixed(3),
    '≤ 1.05',
  );
}

async function againstTransformers(): Promise<void> {
  head('16 prompts, tokens a second', 'model', 'tokens each', 'calls at once', 'one call', 'onnx', 'ratios');
  for (const model of models) {
    await withTransformers(model, async (generate) => {
      await using follower = await openFollower(model);
      const prompts = Array.from({ length: 16 }, (_, index) => `Tom has ${index + 7} apples. How many are left?`);
      for (const tokens of [64, 256]) {
        const timed = async (work: () => Promise<unknown>): Promise<number> => {
          const start = performance.now();
          await work();
          return (16 * tokens) / ((performance.now() - start) / 1000);
        };
        await Promise.all([generate(prompts, 4), measure(follower, 16, writing(4))]);
        const together = await timed(() => generate(prompts, tokens));
        const own = await timed(() => measure(follower, 16, writing(tokens)));
        const calls = await timed(() => Promise.all(prompts.map((prompt) => generate([prompt], tokens))));
        const ratios = `${ratio(own, calls)}, ${ratio(own, together)}`;
        row(basename(model), String(tokens), rate(calls), rate(together), rate(own), ratios);
      }
    });
  }
}

/** Whole followers, their workers and all. */
async function memory(): Promise<void> {
  head('Resident memory after 50, 100, 150 and 200 followers with a worker each', 'model', 'MB');
  const held = await residentMemory(200, 2, async () => {
    await using follower = await openFollower(first, 1);
    await measure(follower, 1, writing(4));
  });
  row(basename(first), held.map((bytes) => (bytes / 1e6).toFixed(0)).join(', '));
}

const parts = {
  speed: speeds,
  length: () => byLength(models, [64, 256, 768]),
  published: async () => byLength([await writeRandomModel('106m', 'onnx')], [64, 256]),
  evaluated: evaluatedPerUnique,
  transformers: againstTransformers,
  memory,
};
const wanted = names.length > 0 ? names : ['speed', 'length', 'evaluated', 'transformers'];
console.log(`${processors} processors, Node ${process.versions.node}`);
for (const [name, part] of Object.entries(parts)) if (wanted.includes(name)) await part();
