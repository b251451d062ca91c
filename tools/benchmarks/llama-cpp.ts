/**
 * Ratios of the llama-cpp follower, each measured in one run: guided against unguided, side by side against alone, and
 * tokens evaluated against unique tokens of an episode.
 *
 *   node --conditions=@rsim/source --import tsx tools/benchmarks/llama-cpp.ts MODEL.gguf [--tags] [--gpu]
 *
 * `--tags` injects `<|strategy|>`, as the embedded followers know strategies, instead of prompts. RSIM_LLAMA_LIBRARY is
 * the path of node-llama-cpp's entry where it is not installed here (`npm run test:servers` prints its folder).
 */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';

import { defaultStrategies, type Strategy } from '@rsim/core';
import { type LlamaCppFollower, llamaCppOptionsSchema, openLlamaCppFollower } from '@rsim/follower-adapters';

const [path, ...flags] = process.argv.slice(2);
const library = process.env['RSIM_LLAMA_LIBRARY'] ?? 'node-llama-cpp';
const sequences = 8;
const strategies = defaultStrategies.strategies.filter(({ terminal }) => !terminal);

interface Count {
  /** Tokens written, end marks included. */
  written: number;
  /** Tokens fed in: questions and injections. */
  fed: number;
}

interface Speed extends Count {
  readonly seconds: number;
}

function openFollower(): Promise<LlamaCppFollower> {
  const injection = flags.includes('--tags') ? { injection: '\n<|{id}|>' } : {};
  // Only budgets end a step, so that every run writes as much.
  const options = llamaCppOptionsSchema.parse({
    ...{ model: resolve(path ?? ''), sequences, format: 'plain', system: '', stop: [], ...injection },
    ...(flags.includes('--gpu') ? {} : { gpu: false, threads: 1 }),
  });
  return openLlamaCppFollower(options, '.', () => import(library) as Promise<unknown>);
}

/** Takes the given steps, each of `tokens` tokens beyond its injection; begins anew where the follower has answered. */
async function episode(
  follower: LlamaCppFollower,
  index: number,
  steps: readonly (Strategy | null)[],
  tokens: number,
): Promise<Count> {
  const question = `Tom has ${index + 7} apples. How many are left?`;
  const count: Count = { written: 0, fed: 0 };
  let session = await follower.open(question);
  for (const [place, strategy] of steps.entries()) {
    const injected = strategy === null ? 0 : follower.countInjection(strategy);
    const seed = 100 * index + place;
    const step = await session.step(strategy, { maxTokens: tokens + injected, temperature: 1, seed });
    count.written += step.tokens.length;
    count.fed += step.usage.promptTokens;
    if (step.finish !== 'answer') continue;
    await session[Symbol.asyncDispose]();
    session = await follower.open(question);
  }
  await session[Symbol.asyncDispose]();
  return count;
}

async function measure(
  follower: LlamaCppFollower,
  sessions: number,
  steps: readonly (Strategy | null)[],
  tokens: number,
): Promise<Speed> {
  const start = performance.now();
  const counts = await Promise.all(Array.from({ length: sessions }, (_, at) => episode(follower, at, steps, tokens)));
  const seconds = (performance.now() - start) / 1000;
  const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
  return { written: sum(({ written }) => written), fed: sum(({ fed }) => fed), seconds };
}

const perSecond = ({ written, seconds }: Speed): number => written / seconds;
const report = (what: string, value: string): void => console.log(`${what.padEnd(60)} ${value}`);
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function speeds(): Promise<void> {
  await using follower = await openFollower();
  const nine = [...strategies, strategies[0] as Strategy];
  const free = nine.map(() => null);
  await measure(follower, sequences, free.slice(0, 1), 8);
  const ratios: { guided: number; batch: number }[] = [];
  for (let round = 0; round < 5; round += 1) {
    const one = await measure(follower, 1, free.slice(0, 3), 24);
    const unguided = await measure(follower, sequences, free, 24);
    const guided = await measure(follower, sequences, nine, 24);
    const [left, right] = [unguided, guided].map((speed) => perSecond(speed).toFixed(0));
    report(`${sequences} sessions, written tokens/s, unguided and guided`, `${left} ${right}`);
    ratios.push({ guided: perSecond(guided) / perSecond(unguided), batch: perSecond(unguided) / perSecond(one) });
  }
  report('guided ÷ unguided, written tokens/s', median(ratios.map(({ guided }) => guided)).toFixed(2));
  report(`${sequences} sessions ÷ 1`, median(ratios.map(({ batch }) => batch)).toFixed(1));
}

/** More sessions than sequences, so that conversations are moved out and back in as well. */
async function evaluatedPerUnique(): Promise<void> {
  await using follower = await openFollower();
  const sixteen = Array.from({ length: 16 }, (_, index) => strategies[index % strategies.length] as Strategy);
  const { written, fed } = await measure(follower, 2 * sequences, sixteen, 12);
  report('tokens evaluated ÷ unique tokens, 16 steps', (follower.evaluatedTokens / (written + fed)).toFixed(3));
}

report(
  'load averages',
  loadavg()
    .map((value) => value.toFixed(1))
    .join(' '),
);
await speeds();
await evaluatedPerUnique();
