/**
 * Ratios of the onnx follower, each measured in one run: guided against unguided, 64 sessions against one, tokens
 * evaluated against unique tokens, the main thread's delay, memory over 200 cycles, and transformers.js on the same model.
 *
 *   npm run followers -w tools/benchmarks -- MODEL_FOLDER [speed] [evaluated] [memory] [transformers]
 *
 * MODEL_FOLDER holds a model in the hub's layout. Without names all parts run; `transformers` installs transformers.js into a
 * temporary folder.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { defaultStrategies, type FollowerSession, type Strategy } from '@rsim/core';
import { OnnxFollower, onnxOptionsSchema } from '@rsim/follower-adapters';

const [folder = '', ...parts] = process.argv.slice(2);
const model = resolve(process.env['INIT_CWD'] ?? '.', folder);
const question = (index: number): string =>
  `Tom has ${index + 7} apples and gives ${index % 5} away. How many are left?`;
/** Short, since the tokens of small vocabularies are; a published model's prompts take as many. */
const injection = '\n\n{title}\n';
const strategies = defaultStrategies.strategies.filter(({ terminal }) => !terminal);

interface Count {
  /** Tokens written. */
  written: number;
  /** Tokens fed in: question, injections. */
  fed: number;
}

function openFollower(workers: number): Promise<OnnxFollower> {
  // Only budgets end a step, so that every run writes as much.
  return OnnxFollower.create(
    onnxOptionsSchema.parse({ model, workers, format: 'plain', system: '', injection, stop: [] }),
  );
}

/** What is injected before a step, and how many tokens the step writes after it. */
interface Step {
  readonly strategy: Strategy | null;
  readonly tokens: number;
}

/** One episode of given steps. */
async function episode(follower: OnnxFollower, index: number, steps: readonly Step[]): Promise<Count> {
  const count: Count = { written: 0, fed: 0 };
  let session: FollowerSession = await follower.open(question(index));
  for (const [place, { strategy, tokens }] of steps.entries()) {
    const injected = strategy === null ? 0 : injectedTokens(follower, strategy);
    const step = await session.step(strategy, {
      maxTokens: tokens + injected,
      temperature: 1,
      seed: 100 * index + place,
    });
    count.written += step.tokens.length;
    count.fed += step.usage.promptTokens - (place === 0 ? 0 : 1);
    if (step.finish !== 'answer') continue;
    await session[Symbol.asyncDispose]();
    session = await follower.open(question(index));
  }
  await session[Symbol.asyncDispose]();
  return count;
}

interface Speed extends Count {
  readonly seconds: number;
}

async function measure(follower: OnnxFollower, sessions: number, steps: readonly Step[]): Promise<Speed> {
  const start = performance.now();
  const counts = await Promise.all(Array.from({ length: sessions }, (_, index) => episode(follower, index, steps)));
  const seconds = (performance.now() - start) / 1000;
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  return { written: sum(({ written }) => written), fed: sum(({ fed }) => fed), seconds };
}

const free = (tokens: number): Step[] => [{ strategy: null, tokens }];
const injectedTokens = (follower: OnnxFollower, { title }: Strategy): number => follower.countTokens(`\n\n${title}\n`);
const perSecond = ({ written, seconds }: Speed): number => written / seconds;
const allPerSecond = ({ written, fed, seconds }: Speed): number => (written + fed) / seconds;
const report = (what: string, value: string): void => console.log(`${what.padEnd(64)} ${value}`);
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function speeds(): Promise<void> {
  await using follower = await openFollower(1);
  const nine = [...strategies, strategies[7] as Strategy].map((strategy) => ({ strategy, tokens: 16 }));
  // An unguided step writes what a guided one is given and writes, so that both conversations are of one length.
  const unled = nine.map(({ strategy, tokens }) => ({
    strategy: null,
    tokens: tokens + injectedTokens(follower, strategy),
  }));
  await measure(follower, 64, unled.slice(0, 1));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ratios: { guided: number; all: number; batch: number }[] = [];
  for (let round = 0; round < 3; round += 1) {
    const one = await measure(follower, 1, unled);
    delay.enable();
    const unguided = await measure(follower, 64, unled);
    const guided = await measure(follower, 64, nine);
    delay.disable();
    report(`1 session, unguided, written tokens/s`, perSecond(one).toFixed(0));
    report(
      `64 sessions, unguided, written tokens/s (all)`,
      `${perSecond(unguided).toFixed(0)} (${allPerSecond(unguided).toFixed(0)})`,
    );
    report(
      `64 sessions, guided by nine strategies, written tokens/s (all)`,
      `${perSecond(guided).toFixed(0)} (${allPerSecond(guided).toFixed(0)})`,
    );
    ratios.push({
      guided: perSecond(guided) / perSecond(unguided),
      all: allPerSecond(guided) / allPerSecond(unguided),
      batch: perSecond(unguided) / perSecond(one),
    });
  }
  report(
    'guided ÷ unguided, all tokens of equally long conversations',
    median(ratios.map(({ all }) => all)).toFixed(2),
  );
  report('guided ÷ unguided, written tokens alone', median(ratios.map(({ guided }) => guided)).toFixed(2));
  report('64 sessions ÷ 1', median(ratios.map(({ batch }) => batch)).toFixed(1));
  report("main thread's delay, p99 (ms)", (delay.percentile(99) / 1e6).toFixed(1));
}

/** Counts what the model is given, in this thread, against what the episodes consist of. */
async function evaluatedPerUnique(): Promise<void> {
  await using follower = await openFollower(0);
  const steps = Array.from({ length: 16 }, (_, index) => ({ strategy: strategies[index % 8] as Strategy, tokens: 12 }));
  const before = follower.evaluatedTokens;
  const { written, fed } = await measure(follower, 8, steps);
  report(
    'tokens evaluated ÷ unique tokens, 16 steps',
    ((follower.evaluatedTokens - before) / (written + fed)).toFixed(3),
  );
}

async function memory(): Promise<void> {
  const held: number[] = [];
  for (let cycle = 0; cycle < 200; cycle += 1) {
    await using follower = await openFollower(0);
    await episode(follower, cycle, free(4));
    if (cycle % 50 === 49) held.push(process.memoryUsage.rss() / 1e6);
  }
  report('resident memory after 50, 100, 150, 200 followers (MB)', held.map((value) => value.toFixed(0)).join(', '));
}

interface Transformers {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoTokenizer: {
    from_pretrained(name: string): Promise<(texts: readonly string[], options: object) => object>;
  };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<{ generate(inputs: object): Promise<{ dims: number[] }> }>;
  };
}

async function againstTransformers(): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'rsim-transformers-'));
  try {
    await promisify(execFile)('npm', [
      'install',
      '--prefix',
      temporary,
      '--ignore-scripts',
      '@huggingface/transformers',
    ]);
    const entry = createRequire(join(temporary, 'x.js')).resolve('@huggingface/transformers');
    const { env, AutoModelForCausalLM, AutoTokenizer } = (await import(pathToFileURL(entry).href)) as Transformers;
    env.localModelPath = dirname(model);
    env.allowRemoteModels = false;
    const threads = { session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 } };
    const decoder = await AutoModelForCausalLM.from_pretrained(basename(model), { dtype: 'fp32', ...threads });
    const tokenizer = await AutoTokenizer.from_pretrained(basename(model));
    const prompts = Array.from({ length: 16 }, (_, index) => question(index));
    const generate = async (texts: readonly string[]): Promise<number> => {
      const inputs = tokenizer(texts, { padding: true });
      const output = await decoder.generate({ ...inputs, max_new_tokens: 64, min_new_tokens: 64, do_sample: true });
      return output.dims[0] as number;
    };
    const speed = async (work: () => Promise<unknown>): Promise<number> => {
      await work();
      const start = performance.now();
      await work();
      return (16 * 64) / ((performance.now() - start) / 1000);
    };
    const concurrent = await speed(() => Promise.all(prompts.map((prompt) => generate([prompt]))));
    const batched = await speed(() => generate(prompts));
    await using follower = await openFollower(1);
    await measure(follower, 16, free(64));
    const own = perSecond(await measure(follower, 16, free(64)));
    report('transformers.js, 16 calls of generate at once, tokens/s', concurrent.toFixed(0));
    report('transformers.js, one call of generate with 16 prompts, tokens/s', batched.toFixed(0));
    report('onnx follower, 16 sessions, tokens/s', own.toFixed(0));
    report('onnx follower ÷ transformers.js, calls at once', (own / concurrent).toFixed(1));
    report('onnx follower ÷ transformers.js, one call', (own / batched).toFixed(1));
  } finally {
    await rm(temporary, { recursive: true });
  }
}

report('model', basename(model));
report('processors, load', `${availableParallelism()}, ${loadavg()[0]?.toFixed(1)}`);
const all = { speed: speeds, evaluated: evaluatedPerUnique, memory, transformers: againstTransformers };
for (const [name, part] of Object.entries(all)) if (parts.length === 0 || parts.includes(name)) await part();
