import { describe, expect, it } from 'vitest';
import { useBackend } from '@rsim/lm/backends';
import { FeatureExtractor } from './features.js';
import { GruCell } from './gru-cell.js';
import { initialParameters, parameterNames } from './gru-parameters.js';
import { questionSegments } from './segment.js';
import { batchOutputs, lossGradient } from './tensor-network.js';
import { layOut } from './trajectory-batch.js';
import type { Trajectory } from './trajectory.js';

/** Three scores and a value estimate. */
const shape = { buckets: 64, embedding: 6, hidden: 5, actions: 3, value: true };
const outputs = 4;

const trajectories: Trajectory[] = [
  {
    question: 'Ann has 12 apples. She buys 7. How many?',
    steps: [
      { strategy: 'continuation', text: 'a = 12 + 7 = 19' },
      { strategy: 'validation', text: 'a ok' },
    ],
    choices: [1, 2, 0],
  },
  { question: 'Ann has 12 apples. She buys 7. How many?', steps: [], choices: [0] },
  {
    question: 'Sum of 1 2 3?',
    steps: [{ strategy: 'validation', text: 'wrong' }],
    choices: [2, null],
  },
];

function parametersFor(seed: number) {
  const parameters = initialParameters(shape, seed);
  // The output starts at 0, where no gradient reaches what lies below it.
  parameters['output.weight'].values.forEach((_, index, values) => (values[index] = Math.sin(index + 1)));
  return parameters;
}

/** The network of deciding, in double precision: scores of choice k of each trajectory. */
function plainScores(parameters: ReturnType<typeof parametersFor>): number[][][] {
  const extractor = new FeatureExtractor(shape.buckets);
  const cell = new GruCell(parameters);
  return trajectories.map(({ question, steps, choices }) => {
    let state = cell.start();
    for (const segment of questionSegments(question)) state = cell.read(state, extractor.of(segment));
    return choices.map((_, index) => {
      if (index > 0) state = cell.read(state, extractor.of(steps[index - 1]!));
      return [...cell.outputs(state)];
    });
  });
}

/** A smooth loss that weighs every score differently: Σ w · sin(score). */
function plainLoss(scores: number[][][]): number {
  let loss = 0;
  scores.forEach((rows, column) =>
    rows.forEach((row, time) =>
      row.forEach((score, action) => (loss += weightAt(time, column, action) * Math.sin(score))),
    ),
  );
  return loss;
}

function weightAt(time: number, column: number, action: number): number {
  return Math.cos(7 * time + 3 * column + action);
}

describe('the network', () => {
  it('gives the same scores in tensors and in plain arrays', async () => {
    await useBackend('cpu');
    const parameters = parametersFor(1);
    const batch = layOut(trajectories, new FeatureExtractor(shape.buckets));
    const scores = await batchOutputs(shape, parameters, batch);
    plainScores(parameters).forEach((rows, column) =>
      rows.forEach((row, time) =>
        row.forEach((score, action) => {
          const index = (time * batch.trajectories + column) * outputs + action;
          expect(scores[index]).toBeCloseTo(score, 5);
        }),
      ),
    );
  });

  it.each(['cpu', 'wasm'] as const)('has the gradient that finite differences give (%s)', async (backend) => {
    await useBackend(backend);
    const parameters = parametersFor(2);
    const batch = layOut(trajectories, new FeatureExtractor(shape.buckets));
    const gradient = await lossGradient(shape, parameters, batch, (logits) =>
      logits.map((score, index) => {
        const action = index % outputs;
        const column = Math.floor(index / outputs) % batch.trajectories;
        const time = Math.floor(index / outputs / batch.trajectories);
        const used = time < trajectories[column]!.choices.length;
        return used ? weightAt(time, column, action) * Math.cos(score) : 0;
      }),
    );
    for (const name of parameterNames) {
      const { values } = parameters[name];
      for (let index = 0; index < values.length; index += name === 'bag.weight' ? 7 : 3) {
        const before = values[index]!;
        values[index] = before + 2 ** -8;
        const above = plainLoss(plainScores(parameters));
        const step = values[index]!;
        values[index] = before - 2 ** -8;
        const difference = (above - plainLoss(plainScores(parameters))) / (step - values[index]!);
        values[index] = before;
        expect(gradient[name].values[index], `${name}[${index}]`).toBeCloseTo(difference, 3);
      }
    }
  });
});
