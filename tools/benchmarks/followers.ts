/**
 * Ratios of the onnx follower, each measured in one run, as tables in Markdown.
 *
 *   npm run followers -w tools/benchmarks -- [speed] [evaluated] [transformers] [memory] [--model=FOLDER]
 *
 * Without names: all but `memory`, which takes some minutes of its own. The models have random weights and Llama's shape;
 * FOLDER is one in the hub's layout to measure in their place. `transformers` installs transformers.js into a temporary folder.
 */
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { OnnxFollower, onnxOptionsSchema } from '@rsim/follower-adapters';

import {
  allPerSecond,
  guidedSteps,
  head,
  measure,
  residentMemory,
  row,
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

function openFollower(model: string, workers: number): Promise<OnnxFollower> {
  // Only budgets end a step, so that every run writes as much.
  const conversation = { format: 'plain', system: '', injection, stop: [] } as const;
  return OnnxFollower.create(onnxOptionsSchema.parse({ model, workers, ...conversation }));
}

function sixteenSteps(follower: OnnxFollower, tokens: number): Step[] {
  return guidedSteps(16, tokens, ({ title }) => follower.countTokens(injection.replace('{title}', title)));
}

const ratio = (one: number, other: number): string => (one / other).toFixed(2);
const rate = (value: number): string => value.toFixed(0);

async function speeds(): Promise<void> {
  head('Episodes of 16 steps, tokens a second', 'model', 'what', 'written', 'written and fed in');
  const summary: string[][] = [];
  for (const model of models) {
    const name = basename(model);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    await using follower = await openFollower(model, 1);
    const guided = sixteenSteps(follower, 16);
    const free = unguided(guided);
    await measure(follower, 64, free.slice(0, 1));
    const one = await measure(follower, 1, [...free]);
    delay.enable();
    const many = await measure(follower, 64, free);
    const led = await measure(follower, 64, guided);
    delay.disable();
    const again = await measure(follower, 64, free);
    await using spread = await openFollower(model, availableParallelism());
    await measure(spread, 64, free.slice(0, 1));
    const everywhere = await measure(spread, 64, free);
    for (const [what, speed] of Object.entries({
      '1 session': one,
      '64 sessions': many,
      '64 sessions, guided': led,
      '64 sessions again': again,
      [`64 sessions, ${availableParallelism()} workers`]: everywhere,
    })) {
      row(name, what, rate(writtenPerSecond(speed)), rate(allPerSecond(speed)));
    }
    const unled = (allPerSecond(many) + allPerSecond(again)) / 2;
    const free64 = (writtenPerSecond(many) + writtenPerSecond(again)) / 2;
    summary.push(
      [name, '64 sessions ÷ 1, one worker', ratio(free64, writtenPerSecond(one)), '≥ 5'],
      [
        name,
        '64 sessions ÷ 1, a worker per processor',
        ratio(writtenPerSecond(everywhere), writtenPerSecond(one)),
        '≥ 5',
      ],
      [name, 'guided ÷ unguided, written and fed in', ratio(allPerSecond(led), unled), '≥ 0.95'],
      [name, 'guided ÷ unguided, written', ratio(writtenPerSecond(led), free64), ''],
      [name, "main thread's delay, p99, ms", (delay.percentile(99) / 1e6).toFixed(1), '≤ 20'],
    );
  }
  head('Ratios', 'model', 'what', 'measured', 'asked');
  for (const cells of summary) row(...cells);
}

/** Counts what the model is given against what the episodes consist of. */
async function evaluatedPerUnique(): Promise<void> {
  head('Episodes of 16 steps, 8 sessions', 'model', 'what', 'measured', 'asked');
  await using follower = await openFollower(first, 1);
  const { written, fed } = await measure(follower, 8, sixteenSteps(follower, 12));
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
      await using follower = await openFollower(model, 1);
      const prompts = Array.from({ length: 16 }, (_, index) => `Tom has ${index + 7} apples. How many are left?`);
      for (const tokens of [64, 256]) {
        const timed = async (work: () => Promise<unknown>): Promise<number> => {
          const start = performance.now();
          await work();
          return (16 * tokens) / ((performance.now() - start) / 1000);
        };
        const steps = [{ strategy: null, injected: 0, tokens }];
        await Promise.all([generate(prompts, 4), measure(follower, 16, [{ ...steps[0], tokens: 4 } as Step])]);
        const together = await timed(() => generate(prompts, tokens));
        const own = await timed(() => measure(follower, 16, steps));
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
    await measure(follower, 1, [{ strategy: null, injected: 0, tokens: 4 }]);
  });
  row(basename(first), held.map((bytes) => (bytes / 1e6).toFixed(0)).join(', '));
}

const parts = { speed: speeds, evaluated: evaluatedPerUnique, transformers: againstTransformers, memory };
const wanted = names.length > 0 ? names : ['speed', 'evaluated', 'transformers'];
console.log(`${availableParallelism()} processors, Node ${process.versions.node}`);
for (const [name, part] of Object.entries(parts)) if (wanted.includes(name)) await part();
