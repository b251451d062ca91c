/**
 * Ratios of the llama-cpp follower, each measured in one run: guided against unguided, side by side against alone, and
 * tokens evaluated against unique tokens of an episode.
 *
 *   node --conditions=@rsim/source --import tsx tools/benchmarks/llama-cpp.ts MODEL.gguf [--tags] [--gpu]
 *
 * `--tags` injects `<|strategy|>`, as the embedded followers know strategies, instead of prompts. RSIM_LLAMA_LIBRARY is
 * the path of node-llama-cpp's entry where it is not installed here (`npm run test:servers` prints its folder).
 */
import { resolve } from 'node:path';

import { type LlamaCppFollower, llamaCppOptionsSchema, openLlamaCppFollower } from '@rsim/follower-adapters';

import { guidedSteps, head, measure, row, type Step, writtenPerSecond } from './conversations.js';

const [path, ...flags] = process.argv.slice(2);
const library = process.env['RSIM_LLAMA_LIBRARY'] ?? 'node-llama-cpp';
const sequences = 8;

function openFollower(): Promise<LlamaCppFollower> {
  const injection = flags.includes('--tags') ? { injection: '\n<|{id}|>' } : {};
  // Only budgets end a step, so that every run writes as much.
  const options = llamaCppOptionsSchema.parse({
    ...{ model: resolve(path ?? ''), sequences, format: 'plain', system: '', stop: [], ...injection },
    ...(flags.includes('--gpu') ? {} : { gpu: false, threads: 1 }),
  });
  return openLlamaCppFollower(options, '.', () => import(library) as Promise<unknown>);
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function speeds(): Promise<void> {
  await using follower = await openFollower();
  const guided = guidedSteps(9, 24, (strategy) => follower.countInjection(strategy));
  const free: Step[] = guided.map(({ tokens }) => ({ strategy: null, injected: 0, tokens }));
  await measure(follower, sequences, free.slice(0, 1));
  head('Written tokens a second', '1 session', `${sequences} sessions`, `${sequences}, guided`);
  const ratios: { guided: number; batch: number }[] = [];
  for (let round = 0; round < 5; round += 1) {
    const one = writtenPerSecond(await measure(follower, 1, free.slice(0, 3)));
    const many = writtenPerSecond(await measure(follower, sequences, free));
    const led = writtenPerSecond(await measure(follower, sequences, guided));
    row(...[one, many, led].map((speed) => speed.toFixed(0)));
    ratios.push({ guided: led / many, batch: many / one });
  }
  head('Medians of the ratios', 'guided ÷ unguided', `${sequences} sessions ÷ 1`);
  row(median(ratios.map((each) => each.guided)).toFixed(2), median(ratios.map((each) => each.batch)).toFixed(1));
}

/** More sessions than sequences, so that conversations are moved out and back in as well. */
async function evaluatedPerUnique(): Promise<void> {
  await using follower = await openFollower();
  const steps = guidedSteps(16, 12, (strategy) => follower.countInjection(strategy));
  const { written, fed } = await measure(follower, 2 * sequences, steps);
  head('Tokens evaluated ÷ unique tokens', '16 steps');
  row((follower.evaluatedTokens / (written + fed)).toFixed(3));
}

await speeds();
await evaluatedPerUnique();
