import type { PlannerState } from '@rsim/core';
import type { DecoderConfig, DecoderWeights, LoraAdapter } from '@rsim/lm';
import { DecoderParameters, differentiateStates, evaluateStates } from '@rsim/lm/training';
import { useBackend } from '@rsim/lm/backends';
import type { Parameters } from '../parameters.js';
import type { NetworkFacts, OutputLoss, PolicyNetwork } from '../policy-network.js';
import type { Trajectory } from '../trajectory.js';
import { DecidingWeights } from './deciding-weights.js';
import type { DecoderText } from './decoder-text.js';
import { layOutDocuments, wholeDocument } from './document-batch.js';
import type { DocumentBatch } from './document-batch.js';
import { LinearHead } from './linear-head.js';
import type { HeadName } from './linear-head.js';
import type { TransformerOrigin } from './transformer-origin.js';

/** A decoder and a head on its last state. */
export interface TransformerParts {
  readonly config: DecoderConfig;
  readonly text: DecoderText;
  /** Without a matrix of its own for words, which is never asked for. */
  readonly weights: DecoderWeights;
  /** What is learned in place of the weights. */
  readonly adapter: LoraAdapter | null;
  readonly head: Readonly<Record<HeadName, Parameters[string]>>;
  readonly facts: NetworkFacts;
}

/**
 * A decoder of Llama's or Qwen2's kind that reads the episode as tokens, and a score for every strategy from its state at the
 * last of them. Learning reads all decisions of an episode in one pass.
 */
export class TransformerNetwork implements PolicyNetwork {
  readonly parameters: Parameters;
  readonly #head: LinearHead;
  readonly #deciding: DecidingWeights;

  constructor(
    readonly origin: TransformerOrigin,
    private readonly parts: TransformerParts,
  ) {
    const { weights, adapter, head } = parts;
    const learned = [...(adapter?.weights ?? weights)].map(
      ([name, { shape, data }]) => [name, { shape, values: data }] as const,
    );
    this.parameters = { ...Object.fromEntries(learned), ...head };
    this.#head = new LinearHead(head);
    this.#deciding = new DecidingWeights(() => new DecoderParameters(weights, adapter));
  }

  get facts(): NetworkFacts {
    return this.parts.facts;
  }

  get actions(): number {
    return this.origin.actions;
  }

  get value(): boolean {
    return this.origin.value;
  }

  get learningRateScale(): number {
    return this.origin.learningRateScale;
  }

  async outputs(states: readonly PlannerState[]): Promise<readonly Float64Array[]> {
    const { config, text } = this.parts;
    const prefixes = states.map((state) => text.prefix(text.parts(state)));
    // Those of a group are alike before the first step.
    const keys = prefixes.map((tokens) => tokens.join());
    const different = [...new Map(keys.map((key, index) => [key, prefixes[index]!]))];
    const places = new Map(different.map(([key], place) => [key, place]));
    const documents = different.map(([, tokens]) => wholeDocument(tokens));
    await useBackend(this.origin.backend);
    const read = await this.#deciding.use((parameters) => evaluateStates(config, parameters, documents));
    return keys.map((key) => this.#head.forward(read, places.get(key)!));
  }

  forget(): void {
    this.#deciding.forget();
  }

  layOut(trajectories: readonly Trajectory[]): DocumentBatch {
    return layOutDocuments(trajectories, this.parts.text);
  }

  async gradient({ documents, rows, choices }: DocumentBatch, loss: OutputLoss): Promise<Parameters> {
    const head = this.#head;
    const { outputs: width } = head;
    const gradients = new Map<string, Float32Array>();
    const found = await differentiateStates({ ...this.parts, documents }, (states) => {
      const outputs = new Float32Array(choices.length * width);
      for (const [place, row] of rows.entries()) outputs.set(head.forward(states, place), row * width);
      const slopes = loss(outputs);
      const ofPlaces = new Float32Array(rows.length * width);
      for (const [place, row] of rows.entries()) {
        ofPlaces.set(slopes.subarray(row * width, (row + 1) * width), place * width);
      }
      const back = head.backward(states, ofPlaces);
      for (const [name, values] of Object.entries(back.head)) gradients.set(name, values);
      return back.states;
    });
    for (const [name, values] of found) gradients.set(name, values);
    return Object.fromEntries(
      Object.entries(this.parameters).map(([name, { shape }]) => [name, { shape, values: gradients.get(name)! }]),
    );
  }

  copy(): TransformerNetwork {
    const { weights, adapter, head } = this.parts;
    return new TransformerNetwork(this.origin, {
      ...this.parts,
      weights: adapter ? weights : copyOf(weights),
      adapter: adapter && { ...adapter, weights: copyOf(adapter.weights) },
      head: {
        'output.weight': { ...head['output.weight'], values: head['output.weight'].values.slice() },
        'output.bias': { ...head['output.bias'], values: head['output.bias'].values.slice() },
      },
    });
  }
}

function copyOf(weights: DecoderWeights): DecoderWeights {
  return new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));
}
