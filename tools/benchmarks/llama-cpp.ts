/**
 * Ratios of the llama-cpp follower, each measured in one run: guided against unguided, side by side against alone, and
 * tokens evaluated against unique tokens of an episode. Guided and unguided conversations have equally many
 * tokens: both go on past the end of a turn.
 *
 *   node --conditions=@rsim/source --import tsx tools/benchmarks/llama-cpp.ts MODEL.gguf [--tags] [--gpu]
 *
 * `--tags` injects `<|strategy|>`, as the embedded followers know strategies, instead of prompts. RSIM_LLAMA_LIBRARY is
 * the path of node-llama-cpp's entry where it is not installed here (`npm run test:servers` prints its folder).
 */
import { resolve } from 'node:path';

import { type LlamaCppFollower, llamaCppOptionsSchema, openLlamaCppFollower } from '@rsim/follower-adapters';

import {
  allPerSecond,
  guidedSteps,
  head,
  measure,
  median,
  row,
  type Speed,
  unguided,
  writtenPerSecond,
} from './conversations.js';

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
  return openLlamaCppFollower(options, '.', neverEnding);
}

interface Library {
  getLlama(options: unknown): Promise<{ loadModel(options: unknown): Promise<object> }>;
}

/** The library, to whose models the end of a turn is a token like others: a conversation goes on past it, and is as long as it is asked to be. */
async function neverEnding(): Promise<Library> {
  const { getLlama } = (await import(library)) as Library;
  return {
    getLlama: async (options) => {
      const llama = await getLlama(options);
      const loadModel = llama.loadModel.bind(llama);
      return Object.assign(llama, {
        loadModel: async (model: unknown) => Object.assign(await loadModel(model), { isEogToken: () => false }),
      });
    },
  };
}

async function speeds(): Promise<void> {
  await using follower = await openFollower();
  const guided = guidedSteps(9, 24, (strategy) => follower.countInjection(strategy));
  const free = unguided(guided);
  await measure(follower, sequences, free.slice(0, 1));
  head('Written tokens a second', '1 session', `${sequences} sessions`, `${sequences}, guided`);
  const rounds: Record<'written' | 'all' | 'batch', number>[] = [];
  for (let round = 0; round < 5; round += 1) {
    const one = await measure(follower, 1, free.slice(0, 3));
    const many = await measure(follower, sequences, free);
    const led = await measure(follower, sequences, guided);
    row(...[one, many, led].map((speed) => writtenPerSecond(speed).toFixed(0)));
    if (tokensOf(led) !== tokensOf(many)) {
      throw new Error(`Guided conversations have ${tokensOf(led)} tokens, unguided ones ${tokensOf(many)}.`);
    }
    rounds.push({
      written: writtenPerSecond(led) / writtenPerSecond(many),
      all: allPerSecond(led) / allPerSecond(many),
      batch: writtenPerSecond(many) / writtenPerSecond(one),
    });
  }
  head(
    'Medians of the ratios',
    ...['guided ÷ unguided, all tokens', 'guided ÷ unguided, written tokens', `${sequences} sessions ÷ 1`],
  );
  row(...(['all', 'written', 'batch'] as const).map((name) => median(rounds.map((each) => each[name])).toFixed(2)));
}

const tokensOf = ({ written, fed }: Speed): number => written + fed;

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
