import { addProduct } from './add-product.js';
import { encodeSegment } from './segment-encoder.js';
import type { SegmentFeatures } from './segment-source.js';
import type { GruParameters, ParameterName } from './gru-parameters.js';

/**
 * The network in plain typed arrays, one segment at a time: what deciding needs. A gated recurrent unit (Cho et al.,
 * arXiv 1406.1078) in the form whose reset gate acts after the hidden product:
 *
 *     r = σ(x·Wr + h·Ur + br)    u = σ(x·Wu + h·Uu + bu)    c = tanh(x·Wc + bc + r ⊙ (h·Uc + bh))
 *     h' = c + u ⊙ (h − c)
 */
export class GruCell {
  readonly #parameters: GruParameters;
  readonly #input: Float64Array;
  readonly #reset: Float64Array;
  readonly #update: Float64Array;
  readonly #candidate: Float64Array;
  readonly #recalled: Float64Array;

  constructor(parameters: GruParameters) {
    const width = parameters['gru.bias.hidden'].values.length;
    this.#parameters = parameters;
    this.#input = new Float64Array(parameters['norm.bias'].values.length);
    this.#reset = new Float64Array(width);
    this.#update = new Float64Array(width);
    this.#candidate = new Float64Array(width);
    this.#recalled = new Float64Array(width);
  }

  /** The state before anything was read, [hidden]. */
  start(): Float64Array {
    return new Float64Array(this.#reset.length);
  }

  /** The state after one more segment; `state` is left as it was. */
  read(state: Float64Array, features: SegmentFeatures): Float64Array {
    encodeSegment(this.#parameters, features, this.#input);
    const input = this.#input;
    this.#gate(this.#reset, 'gru.bias.reset', input, 'gru.input.reset', state, 'gru.hidden.reset');
    this.#gate(this.#update, 'gru.bias.update', input, 'gru.input.update', state, 'gru.hidden.update');
    this.#affine(this.#candidate, 'gru.bias.candidate', input, 'gru.input.candidate');
    this.#affine(this.#recalled, 'gru.bias.hidden', state, 'gru.hidden.candidate');
    const next = new Float64Array(state.length);
    for (let unit = 0; unit < state.length; unit += 1) {
      const candidate = Math.tanh(this.#candidate[unit]! + this.#reset[unit]! * this.#recalled[unit]!);
      next[unit] = candidate + this.#update[unit]! * (state[unit]! - candidate);
    }
    return next;
  }

  /** Scores of all strategies in this state, and the value estimate behind them where the network has one, [outputs]. */
  outputs(state: Float64Array): Float64Array {
    const outputs = new Float64Array(this.#parameters['output.bias'].values.length);
    this.#affine(outputs, 'output.bias', state, 'output.weight');
    return outputs;
  }

  #gate(
    into: Float64Array,
    bias: ParameterName,
    input: Float64Array,
    inputWeight: ParameterName,
    state: Float64Array,
    stateWeight: ParameterName,
  ): void {
    this.#affine(into, bias, input, inputWeight);
    addProduct(into, state, this.#parameters[stateWeight].values);
    for (let unit = 0; unit < into.length; unit += 1) into[unit] = 1 / (1 + Math.exp(-into[unit]!));
  }

  #affine(into: Float64Array, bias: ParameterName, vector: Float64Array, weight: ParameterName): void {
    into.set(this.#parameters[bias].values);
    addProduct(into, vector, this.#parameters[weight].values);
  }
}
