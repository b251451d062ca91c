import * as tf from '@tensorflow/tfjs-core';
import { gruBackward, gruForward } from './gru-layer.js';
import type { DenseName, DenseTensors, GruGradients, GruPass } from './gru-layer.js';
import { parameterNames, zeroParameters } from './gru-parameters.js';
import type { GruParameters, GruShape } from './gru-parameters.js';
import type { OutputLoss } from './policy-network.js';
import { encodeSegments, encodeSegmentsBackward } from './segment-encoder.js';
import type { TrajectoryBatch } from './trajectory-batch.js';

type Matrix = tf.Tensor2D;

/** What one batch's passes hold on the backend between forward and backward. */
interface ForwardPass {
  readonly weights: DenseTensors;
  readonly question: GruPass;
  readonly steps: GruPass | null;
  /** One-hot question of each trajectory, [trajectories, questions]. */
  readonly owners: Matrix;
  /** State at every choice, [choiceLength · trajectories, hidden]. */
  readonly states: Matrix;
  readonly outputs: Matrix;
}

interface BackwardPass {
  readonly weights: Readonly<Record<string, tf.Tensor>>;
  readonly questionInputs: Matrix;
  readonly stepInputs: Matrix | null;
}

const denseNames = parameterNames.filter(
  (name): name is DenseName => !['bag.weight', 'norm.weight', 'norm.bias'].includes(name),
);

/**
 * Gradient of a loss on the outputs of a batch, for every weight. The outputs and their gradient pass through plain
 * arrays, so that losses are written (and checked) without a tensor library. Nothing stays on the backend.
 */
export async function lossGradient(
  shape: GruShape,
  parameters: GruParameters,
  batch: TrajectoryBatch,
  loss: OutputLoss,
): Promise<GruParameters> {
  const encoded = encodeSegments(parameters, batch.segments);
  const pass = scoped(() => forward(shape, parameters, batch, encoded.output));
  let slopes: BackwardPass | null = null;
  try {
    const outputGradient = loss((await pass.outputs.data()) as Float32Array);
    slopes = scoped(() => backward(batch, pass, outputGradient));
    const gradient = zeroParameters(shape);
    for (const name of denseNames) gradient[name].values.set(await slopes.weights[name]!.data());
    encodeSegmentsBackward(parameters, encoded, await encodingGradient(shape, batch, slopes), gradient);
    return gradient;
  } finally {
    tf.dispose(pass as unknown as tf.TensorContainer);
    tf.dispose(slopes as unknown as tf.TensorContainer);
  }
}

/** Gradient of the segments' encodings, [segments, embedding], gathered from everywhere a segment was read. */
async function encodingGradient(shape: GruShape, batch: TrajectoryBatch, slopes: BackwardPass): Promise<Float32Array> {
  const gradient = new Float32Array(batch.segments.length * shape.embedding);
  addRows(gradient, shape.embedding, batch.questionSegments, await slopes.questionInputs.data());
  if (slopes.stepInputs !== null) {
    addRows(gradient, shape.embedding, batch.stepSegments, await slopes.stepInputs.data());
  }
  return gradient;
}

/** Outputs at every choice of a batch, [choiceLength · trajectories, outputs]. */
export async function batchOutputs(
  shape: GruShape,
  parameters: GruParameters,
  batch: TrajectoryBatch,
): Promise<Float32Array> {
  const encoded = encodeSegments(parameters, batch.segments);
  const outputs = tf.tidy(() => forward(shape, parameters, batch, encoded.output).outputs);
  try {
    return (await outputs.data()) as Float32Array;
  } finally {
    outputs.dispose();
  }
}

function forward(
  shape: GruShape,
  parameters: GruParameters,
  batch: TrajectoryBatch,
  encodings: Float32Array,
): ForwardPass {
  const weights = Object.fromEntries(
    denseNames.map((name) => [name, tf.tensor(parameters[name].values, [...parameters[name].shape])]),
  ) as unknown as DenseTensors;
  const start = tf.zeros<tf.Rank.R2>([batch.questions, shape.hidden]);
  const question = gruForward(
    weights,
    rowsOf(encodings, shape.embedding, batch.questionSegments),
    start,
    masksOf(batch),
  );
  const owners = oneHot(batch.owners, batch.questions);
  const asked = tf.matMul<Matrix>(owners, question.states.at(-1)!);
  const steps =
    batch.choiceLength > 1
      ? gruForward(weights, rowsOf(encodings, shape.embedding, batch.stepSegments), asked, null)
      : null;
  const states = tf.concat<Matrix>([asked, ...(steps?.states ?? [])], 0);
  const outputs = tf.add(tf.matMul(states, weights['output.weight'] as Matrix), weights['output.bias']) as Matrix;
  return { weights, question, steps, owners, states, outputs };
}

function backward(batch: TrajectoryBatch, pass: ForwardPass, outputGradient: Float32Array): BackwardPass {
  const slopes = tf.tensor2d(outputGradient, pass.outputs.shape);
  const ofStates = tf.matMul<Matrix>(slopes, tf.transpose(pass.weights['output.weight'] as Matrix));
  const rows = batch.trajectories;
  const at = (time: number) => tf.slice(ofStates, [time * rows, 0], [rows, ofStates.shape[1]]);
  const steps = pass.steps && gruBackward(pass.weights, pass.steps, (time) => at(time + 1));
  const ofAsked = steps === null ? at(0) : tf.add<Matrix>(at(0), steps.start);
  const ofQuestions = tf.matMul<Matrix>(tf.transpose(pass.owners), ofAsked);
  const last = batch.questionLength - 1;
  const question = gruBackward(pass.weights, pass.question, (time) => (time === last ? ofQuestions : null));
  return {
    weights: {
      ...summed(question, steps),
      'output.weight': tf.matMul(tf.transpose(pass.states), slopes),
      'output.bias': tf.sum(slopes, 0),
    },
    questionInputs: question.inputs,
    stepInputs: steps?.inputs ?? null,
  };
}

function summed(question: GruGradients, steps: GruGradients | null): Record<string, tf.Tensor> {
  if (steps === null) return question.weights;
  const both = Object.entries(question.weights).map(([name, gradient]) => [
    name,
    tf.add(gradient, steps.weights[name]!),
  ]);
  return Object.fromEntries(both) as Record<string, tf.Tensor>;
}

/** Encodings laid out by segment index, [rows, width]; padding is 0. */
function rowsOf(encodings: Float32Array, width: number, segments: Int32Array): Matrix {
  const rows = new Float32Array(segments.length * width);
  for (let row = 0; row < segments.length; row += 1) {
    const segment = segments[row]!;
    if (segment >= 0) rows.set(encodings.subarray(segment * width, (segment + 1) * width), row * width);
  }
  return tf.tensor2d(rows, [segments.length, width]);
}

/** The reverse of {@link rowsOf}: adds each row's gradient to its segment's. */
function addRows(into: Float32Array, width: number, segments: Int32Array, gradient: ArrayLike<number>): void {
  for (let row = 0; row < segments.length; row += 1) {
    const segment = segments[row]!;
    if (segment < 0) continue;
    for (let column = 0; column < width; column += 1)
      into[segment * width + column]! += gradient[row * width + column]!;
  }
}

/** For each time of the questions, 1 for those that have begun. They are padded in front, so a started one never stops. */
function masksOf(batch: TrajectoryBatch): Matrix[] {
  return Array.from({ length: batch.questionLength }, (_, time) => {
    const segments = batch.questionSegments.subarray(time * batch.questions, (time + 1) * batch.questions);
    return tf.tensor2d(
      Float32Array.from(segments, (segment) => (segment < 0 ? 0 : 1)),
      [batch.questions, 1],
    );
  });
}

/** As a product, because the gradient of a look-up (`tf.gather`) does not exist on the wasm backend. */
function oneHot(indices: Int32Array, width: number): Matrix {
  const values = new Float32Array(indices.length * width);
  for (let row = 0; row < indices.length; row += 1) values[row * width + indices[row]!] = 1;
  return tf.tensor2d(values, [indices.length, width]);
}

/** `tf.tidy` for passes, whose types are narrower than the containers it is declared for. */
function scoped<T>(make: () => T): T {
  return tf.tidy(make as unknown as () => tf.TensorContainer) as unknown as T;
}
