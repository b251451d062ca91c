import {
  countParameters,
  buildDecoderGraph,
  decoderWeightShapes,
  type DecoderConfig,
  type DecoderWeights,
} from '@rsim/lm';
import { DECODER_INPUTS, pastKeyInput, pastValueInput } from '@rsim/lm/graph-layout';
import type { BackendName } from '@rsim/lm/backends';
import { DecoderPolicy } from '@rsim/lm/training';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { rateOf, report } from './measure.js';
import networks from './networks.json' with { type: 'json' };

const { context, rows, sequenceTokens } = networks.load;

/**
 * Update: one policy-gradient step on the tfjs backend, AdamW in JavaScript. Rollout: one more token of every row.
 *
 * @param share of the load that an update takes.
 */
export async function loadFollower(
  size: keyof typeof networks.follower,
  backend: BackendName,
  share: number,
): Promise<void> {
  const config: DecoderConfig = {
    ...networks.follower[size],
    ...{ maxPositions: 2 * sequenceTokens, rmsNormEpsilon: 1e-5, ropeTheta: 10_000 },
  };
  const weights = someWeights(config);
  const sequences = networks.load.sequences * share;
  const what = `follower ${size} (${(countParameters(config) / 1e6).toFixed(2)}M)`;
  await report(`${what} update, ${backend}`, 'tokens', () => {
    const policy = new DecoderPolicy(config, weights, { backend });
    const batch = { sequences: someSequences(config, sequences), learningRate: 1e-4, clip: 0.2, klWeight: 0 };
    return rateOf(sequences * sequenceTokens, () => policy.update(batch));
  });
  for (const provider of ['webgpu', 'cpu']) {
    await report(`${what} rollout, onnxruntime ${provider}`, 'tokens', async () => {
      const session = await InferenceSession.create(buildDecoderGraph(config, weights), {
        executionProviders: [provider],
        logSeverityLevel: 3,
      });
      const feeds = someFeeds(config);
      const rate = await rateOf(rows, () => session.run(feeds));
      await session.release();
      return rate;
    });
  }
}

/** Any small numbers do: rates do not depend on them. */
function someWeights(config: DecoderConfig): DecoderWeights {
  const weights = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, shape] of decoderWeightShapes(config)) {
    const data = new Float32Array(shape.reduce((product, side) => product * side, 1));
    for (let index = 0; index < data.length; index += 1) data[index] = 0.02 * Math.sin(index);
    weights.set(name, { shape, data });
  }
  return weights;
}

function someSequences({ vocabularySize }: DecoderConfig, sequences: number) {
  return Array.from({ length: sequences }, (_, row) => ({
    tokens: Array.from({ length: sequenceTokens }, (_, place) => (7 * row + 3 * place) % vocabularySize),
    advantages: Array.from({ length: sequenceTokens }, () => (row % 2) - 0.5),
    oldLogProbabilities: Array.from({ length: sequenceTokens }, () => -Math.log(vocabularySize)),
  }));
}

/** One new token of each row, after a context whose keys and values are handed over as the follower hands them over. */
function someFeeds({ heads, hiddenSize, layers, vocabularySize }: DecoderConfig): Record<string, Tensor> {
  const head = hiddenSize / heads;
  const past = () => Float32Array.from({ length: rows * hiddenSize * context }, (_, index) => Math.sin(index));
  const feeds: Record<string, Tensor> = {
    [DECODER_INPUTS.tokens]: new Tensor(
      'int32',
      Int32Array.from({ length: rows }, (_, row) => row % vocabularySize),
      [rows, 1],
    ),
    [DECODER_INPUTS.positions]: new Tensor('int32', new Int32Array(rows).fill(context), [rows, 1]),
    [DECODER_INPUTS.pastMask]: new Tensor('float32', new Float32Array(rows * context), [rows, 1, 1, context]),
    [DECODER_INPUTS.newMask]: new Tensor('float32', new Float32Array(1), [1, 1]),
  };
  for (let layer = 0; layer < layers; layer += 1) {
    feeds[pastKeyInput(layer)] = new Tensor('float32', past(), [rows, heads, head, context]);
    feeds[pastValueInput(layer)] = new Tensor('float32', past(), [rows, heads, context, head]);
  }
  return feeds;
}
