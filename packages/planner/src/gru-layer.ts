import * as tf from '@tensorflow/tfjs-core';
import type { ParameterName } from './gru-parameters.js';

type Matrix = tf.Tensor2D;
type Vector = tf.Tensor1D;

/** The network's dense weights as tensors; the embedding bag and its norm stay outside the tensor library. */
export type DenseName = Exclude<ParameterName, 'bag.weight' | 'norm.weight' | 'norm.bias'>;
export type DenseTensors = Readonly<Record<DenseName, tf.Tensor>>;

interface GruStep {
  readonly before: Matrix;
  readonly reset: Matrix;
  readonly update: Matrix;
  readonly candidate: Matrix;
  readonly recalled: Matrix;
  /** 1 where this row has begun, 0 before, [rows, 1]; `null` when all have. */
  readonly mask: Matrix | null;
}

/** One forward pass over all times, with what its backward pass needs. */
export interface GruPass {
  /** [times · rows, embedding]. */
  readonly inputs: Matrix;
  /** State after each time, [rows, hidden] each. */
  readonly states: readonly Matrix[];
  readonly steps: readonly GruStep[];
}

/** Gradients of a pass: of what came in, and of the GRU's own weights. */
export interface GruGradients {
  readonly inputs: Matrix;
  readonly start: Matrix;
  readonly weights: Readonly<Record<string, tf.Tensor>>;
}

/**
 * The recurrent unit of {@link GruCell} for many rows at once. Forward and backward are written out rather than left to
 * automatic differentiation: on the wasm backend products with transposed operands are ten times slower than plain ones,
 * so transposes are made once, and all times' inputs are projected by one product.
 *
 * @param inputs [times · rows, embedding], time first.
 * @param start State before the first time, [rows, hidden].
 * @param masks One per time or `null`; see {@link GruStep.mask}.
 */
export function gruForward(
  weights: DenseTensors,
  inputs: Matrix,
  start: Matrix,
  masks: readonly Matrix[] | null,
): GruPass {
  const [rows, hidden] = start.shape;
  const times = inputs.shape[0] / rows;
  const project = (matrix: DenseName, bias: DenseName) =>
    tf.add(tf.matMul(inputs, weights[matrix] as Matrix), weights[bias]);
  const reset = project('gru.input.reset', 'gru.bias.reset');
  const update = project('gru.input.update', 'gru.bias.update');
  const candidate = project('gru.input.candidate', 'gru.bias.candidate');
  const steps: GruStep[] = [];
  const states: Matrix[] = [];
  let state = start;
  for (let time = 0; time < times; time += 1) {
    const at = (projected: tf.Tensor) => tf.slice(projected as Matrix, [time * rows, 0], [rows, hidden]);
    const recall = (matrix: DenseName) => tf.matMul(state, weights[matrix] as Matrix);
    const r = tf.sigmoid(tf.add(at(reset), recall('gru.hidden.reset'))) as Matrix;
    const u = tf.sigmoid(tf.add(at(update), recall('gru.hidden.update'))) as Matrix;
    const recalled = tf.add(recall('gru.hidden.candidate'), weights['gru.bias.hidden']) as Matrix;
    const c = tf.tanh(tf.add(at(candidate), tf.mul(r, recalled))) as Matrix;
    const mask = masks?.[time] ?? null;
    steps.push({ before: state, reset: r, update: u, candidate: c, recalled, mask });
    const next = tf.add(c, tf.mul(u, tf.sub(state, c))) as Matrix;
    state = mask === null ? next : tf.mul(next, mask);
    states.push(state);
  }
  return { inputs, states, steps };
}

/**
 * Back-propagation through time (Werbos 1990) for {@link gruForward}.
 *
 * @param outer Gradient that reaches the state after each time from outside the recurrence; `null` for none.
 */
export function gruBackward(
  weights: DenseTensors,
  pass: GruPass,
  outer: (time: number) => Matrix | null,
): GruGradients {
  const transposed = (name: DenseName) => tf.transpose(weights[name] as Matrix);
  const toReset = transposed('gru.hidden.reset');
  const toUpdate = transposed('gru.hidden.update');
  const toRecalled = transposed('gru.hidden.candidate');
  const gates: Record<'reset' | 'update' | 'candidate' | 'recalled', Matrix[]> = {
    reset: [],
    update: [],
    candidate: [],
    recalled: [],
  };
  let carried: Matrix | null = null;
  for (let time = pass.steps.length - 1; time >= 0; time -= 1) {
    const step = pass.steps[time]!;
    const whole = sum(outer(time), carried) ?? tf.zerosLike(step.before);
    const gradient = step.mask === null ? whole : tf.mul<Matrix>(whole, step.mask);
    const gate = gateGradients(step, gradient);
    for (const name of ['reset', 'update', 'candidate', 'recalled'] as const) gates[name].unshift(gate[name]);
    carried = tf.addN([
      gate.before,
      tf.matMul(gate.reset, toReset),
      tf.matMul(gate.update, toUpdate),
      tf.matMul(gate.recalled, toRecalled),
    ]);
  }
  const all = {
    reset: tf.concat(gates.reset, 0),
    update: tf.concat(gates.update, 0),
    candidate: tf.concat(gates.candidate, 0),
    recalled: tf.concat(gates.recalled, 0),
  };
  return {
    start: carried!,
    inputs: tf.addN([
      tf.matMul(all.reset, transposed('gru.input.reset')),
      tf.matMul(all.update, transposed('gru.input.update')),
      tf.matMul(all.candidate, transposed('gru.input.candidate')),
    ]),
    weights: weightGradients(pass, all),
  };
}

/** Gradients of one time's gates before their squashing, and of the state that goes straight through. */
function gateGradients(step: GruStep, gradient: Matrix) {
  const { before, reset, update, candidate, recalled } = step;
  const through = tf.mul<Matrix>(gradient, update);
  const ofCandidate = tf.sub<Matrix>(gradient, through);
  const candidateGate = tf.sub<Matrix>(ofCandidate, tf.mul(ofCandidate, tf.square(candidate)));
  const ofUpdate = tf.mul(through, tf.sub(before, candidate));
  const ofReset = tf.mul(tf.mul(candidateGate, recalled), reset);
  return {
    before: through,
    candidate: candidateGate,
    recalled: tf.mul<Matrix>(candidateGate, reset),
    update: tf.sub<Matrix>(ofUpdate, tf.mul(ofUpdate, update)),
    reset: tf.sub<Matrix>(ofReset, tf.mul(ofReset, reset)),
  };
}

function weightGradients(
  pass: GruPass,
  gates: Readonly<Record<'reset' | 'update' | 'candidate' | 'recalled', Matrix>>,
) {
  const inputs = tf.transpose(pass.inputs);
  const before = tf.transpose(
    tf.concat(
      pass.steps.map((step) => step.before),
      0,
    ),
  );
  const bias = (gate: Matrix) => tf.sum<Vector>(gate, 0);
  return {
    'gru.input.reset': tf.matMul(inputs, gates.reset),
    'gru.input.update': tf.matMul(inputs, gates.update),
    'gru.input.candidate': tf.matMul(inputs, gates.candidate),
    'gru.hidden.reset': tf.matMul(before, gates.reset),
    'gru.hidden.update': tf.matMul(before, gates.update),
    'gru.hidden.candidate': tf.matMul(before, gates.recalled),
    'gru.bias.reset': bias(gates.reset),
    'gru.bias.update': bias(gates.update),
    'gru.bias.candidate': bias(gates.candidate),
    'gru.bias.hidden': bias(gates.recalled),
  };
}

function sum(left: Matrix | null, right: Matrix | null): Matrix | null {
  if (left === null || right === null) return left ?? right;
  return tf.add(left, right);
}
