import { expect, it } from 'vitest';

import type { EngineOutcome } from '../engine/engine.js';
import { EngineRunner } from '../engine/engine-runner.js';
import { DecodeEngine } from './decode-engine.js';
import { EmbeddedVocabulary } from './embedded-vocabulary.js';
import { randomModel } from './fixtures.js';
import { strategyTags } from './injection-templates.js';
import type { OnnxDecoder } from './onnx-decoder.js';

const model = randomModel(1);
const { roles } = new EmbeddedVocabulary(model.tokenizer, strategyTags);
const request = { injection: [], mode: 'line', maxTokens: 3, temperature: 1, seed: 1 } as const;

/** Runs operations against a decoder that fails at its `failure`-th evaluation, until `count` steps have ended. */
async function outcomesOf(failure: number, count: number): Promise<EngineOutcome[]> {
  let evaluations = 0;
  const decoder = {
    config: model.config,
    evaluate: async (rows: number, tokens: Int32Array) => {
      evaluations += 1;
      if (evaluations === failure) throw new Error('out of memory');
      return Promise.resolve({
        logProbabilities: new Float32Array(rows * roles.size).fill(-Math.log(roles.size)),
        newRows: new Float32Array(tokens.length * 2 * model.config.layers * model.config.hiddenSize),
      });
    },
  } as unknown as OnnxDecoder;
  const outcomes: EngineOutcome[] = [];
  await new Promise<void>((resolve) => {
    const runner = new EngineRunner(new DecodeEngine(decoder, roles), (ended) => {
      outcomes.push(...ended);
      if (outcomes.length >= count) resolve();
    });
    runner.post([
      { kind: 'open', session: 0, tokens: [1, 20] },
      { kind: 'open', session: 1, tokens: [1, 21] },
      { kind: 'fork', session: 2, from: 0 },
      { kind: 'step', session: 0, request },
      { kind: 'step', session: 1, request },
      { kind: 'step', session: 2, request },
      { kind: 'step', session: 7, request },
    ]);
  });
  return outcomes.sort((left, right) => left.session - right.session);
}

it.each([
  ['reading the questions', 1],
  ['writing', 2],
  ['writing on', 3],
])('ends every step when the decoder fails while %s, and says of what', async (_, failure) => {
  const failed = { failure: { code: 'follower-failed', message: "The follower's engine failed: out of memory." } };
  const [unknown, ...opened] = (await outcomesOf(failure, 4)).reverse();
  for (const outcome of opened) expect(outcome).toMatchObject(failed);
  expect(unknown).toMatchObject({ session: 7, failure: { code: 'follower-failed' } });
});

it('fails the step of a session that it does not have, and carries out the others', async () => {
  const written = expect.objectContaining({
    step: expect.objectContaining({ finish: expect.any(String) as string }) as unknown,
  });
  const [unknown, ...opened] = (await outcomesOf(Number.POSITIVE_INFINITY, 4)).reverse();
  expect(opened).toEqual([written, written, written]);
  expect(unknown).toMatchObject({ session: 7, failure: { message: /no session 7/ } });
});
