import { graphNode, type GraphNode, type OnnxGraph } from '@rsim/lm/onnx-graph';

import type { ModelSignature } from './model-signature.js';

/** A rewritten graph puts out keys and values under their names with this before them. */
export const FRESH = 'rsim.';
const PRESENT = /^present\.\d+\.(?:key|value)$/u;
/** On the way from the cache to where it is multiplied: heads repeated, axes exchanged, factors. */
const CACHE_STEPS = new Set(['Unsqueeze', 'Expand', 'Reshape', 'Transpose', 'Identity', 'Mul', 'Div']);
/** Operators that are given the shape of what they put out. */
const SHAPED = new Set(['Expand', 'Reshape']);

/**
 * Has a decoder put out the keys and values of the new tokens alone: they are all that the caller does not have, and what
 * is put out is copied.
 */
export function putOutFresh(graph: OnnxGraph): void {
  const outputs = graph.outputs.filter((output) => PRESENT.test(output));
  // What is no decoder with a cache is refused by what it takes in and puts out.
  if (outputs.length === 0) return;
  const [one, two] = [graph.integers('rsim.one', [1]), graph.integers('rsim.two', [2])];
  const end = graph.integers('rsim.end', [2n ** 63n - 1n]);
  graph.append(
    graphNode('Shape', ['input_ids'], ['rsim.shape']),
    graphNode('Gather', ['rsim.shape', one], ['rsim.width']),
    graphNode('Neg', ['rsim.width'], ['rsim.start']),
  );
  for (const name of outputs) {
    graph.append(graphNode('Slice', [name, 'rsim.start', end, two], [FRESH + name]));
  }
  graph.setOutputs(graph.outputs.map((name) => (PRESENT.test(name) ? FRESH + name : name)));
}

interface Layer {
  readonly key: { readonly input: string; readonly output: string };
  readonly value: { readonly input: string; readonly output: string };
  readonly heads: number;
}

/**
 * Rewrites a decoder so that nothing puts past and new keys and values together, which copies the whole cache for every
 * token: queries meet both apart, q·[K, k]ᵀ = [q·Kᵀ, q·kᵀ] and [P, p]·[V, v] = P·V + p·v. Heads that share keys and values
 * are rows of one product in place of copies of them. Only the new tokens' keys and values are put out.
 *
 * What is found is what exports look like, not proof of what they do, so the result is to be tried against the original.
 * @returns whether each layer's attention was found; where it was not, the graph is of no use any more
 */
export function splitAttention(graph: OnnxGraph, { cache }: ModelSignature): boolean {
  const layers = cache
    .filter(({ input }) => input.endsWith('.key'))
    .map(({ input, output, heads }) => {
      const value = { input: input.replace(/key$/u, 'value'), output: output.replace(/key$/u, 'value') };
      return { key: { input, output }, value, heads };
    });
  if (!layers.every((layer, index) => new LayerRewriter(graph, layer, index).rewrite())) return false;
  graph.setOutputs(graph.outputs.map((name) => (PRESENT.test(name) ? FRESH + name : name)));
  graph.prune();
  return true;
}

/** An operator by which a value goes on its way. */
interface Passed {
  readonly node: GraphNode;
  readonly taken: string;
}

class LayerRewriter {
  #nodes: GraphNode[] = [];

  constructor(
    private readonly graph: OnnxGraph,
    private readonly layer: Layer,
    private readonly index: number,
  ) {}

  rewrite(): boolean {
    const { key, value } = this.layer;
    const [keys, values] = [this.#fresh(key), this.#fresh(value)];
    const [scores, mixed] = [this.#productOf(key.output), this.#productOf(value.output)];
    if (keys === null || values === null || !scores || !mixed) return false;
    this.#freeShapes(key, keys, scores.passed);
    this.#freeShapes(value, values, mixed.passed);
    this.#splitScores(scores, keys);
    this.#splitMixture(mixed.end, values);
    return true;
  }

  /** The new positions' part of what is put out, which follows the past. */
  #fresh({ input, output }: Layer['key']): string | null {
    const node = this.graph.producerOf(output);
    const [past, fresh] = node?.input ?? [];
    return node?.opType === 'Concat' && past === input && fresh !== undefined ? fresh : null;
  }

  /** The product that has the cache on its right, and the way there. */
  #productOf(value: string, passed: readonly Passed[] = []): { passed: readonly Passed[]; end: GraphNode } | null {
    for (const node of this.graph.consumersOf(value)) {
      if (node.opType === 'MatMul' && node.input[1] === value) return { passed, end: node };
      const [next] = node.output;
      if (!CACHE_STEPS.has(node.opType) || next === undefined) continue;
      const found = this.#productOf(next, [...passed, { node, taken: value }]);
      if (found) return found;
    }
    return null;
  }

  /** Masks are cut to the shape of keys that are not put together any more: it is known without them. */
  #freeShapes({ input, output }: Layer['key'], fresh: string, passed: readonly Passed[]): void {
    const { graph } = this;
    const shapesOf = (value: string): GraphNode[] =>
      graph.consumersOf(value).filter(({ opType, attribute }) => opType === 'Shape' && attribute.length === 0);
    for (const [place, node] of shapesOf(output).entries()) {
      const [past, added] = [input, fresh].map((value, part) =>
        this.#add('Shape', [value], `${output}.shape.${place}.${part}`),
      ) as [string, string];
      const positions = graph.integers(this.#name(`${output}.positions.${place}`), [0, 0, 1, 0]);
      const grown = this.#add('Mul', [added, positions], `${output}.grown.${place}`);
      this.#nodes.push(graphNode('Add', [past, grown], node.output));
      this.#put(node);
    }
    for (const { node: reshaped } of passed.filter(({ node }) => SHAPED.has(node.opType))) {
      for (const node of shapesOf(reshaped.output[0] as string)) {
        graph.replace(node, [graphNode('Identity', [reshaped.input[1] as string], node.output)]);
      }
    }
  }

  #splitScores({ passed, end }: { passed: readonly Passed[]; end: GraphNode }, keys: string): void {
    let query = end.input[0] as string;
    if (this.index === 0) this.#addShapes(query, keys);
    passed.forEach(({ node, taken }, place) => {
      // A factor of the keys is a factor of the queries as well.
      const factor = node.input.find((value) => value !== taken);
      if (node.opType === 'Mul' || node.opType === 'Div') {
        query = this.#add(node.opType, [query, factor as string], `query.${place}`);
      }
    });
    const grouped = this.#add('Reshape', [query, this.#groups()], 'query.grouped');
    const parts = [this.layer.key.input, keys].map((each, place) =>
      this.#add(
        'MatMul',
        [grouped, this.#add('Transpose', [each], `keys.${place}`, { perm: [0, 1, 3, 2] })],
        `scores.${place}`,
      ),
    );
    const joined = this.#add('Concat', parts, 'scores', { axis: 3 });
    this.#nodes.push(graphNode('Reshape', [joined, 'rsim.heads'], end.output));
    this.#nodes.push(graphNode('Identity', [keys], [FRESH + this.layer.key.output]));
    this.#put(end);
  }

  #splitMixture(end: GraphNode, values: string): void {
    const grouped = this.#add('Reshape', [end.input[0] as string, this.#groups()], 'probabilities');
    const shares = [0, 1].map((place) => this.#name(`probabilities.${place}`));
    this.#nodes.push(graphNode('Split', [grouped, 'rsim.lengths'], shares, { axis: 3 }));
    const parts = [this.layer.value.input, values].map((each, place) =>
      this.#add('MatMul', [shares[place] as string, each], `mixed.${place}`),
    );
    this.#nodes.push(graphNode('Reshape', [this.#add('Add', parts, 'mixed'), 'rsim.heads'], end.output));
    this.#nodes.push(graphNode('Identity', [values], [FRESH + this.layer.value.output]));
    this.#put(end);
  }

  /** Shapes that the layers have in common: the lengths of past and new, and rows by the heads of the queries. */
  #addShapes(query: string, keys: string): void {
    const { graph, layer } = this;
    const [one, two] = [graph.integers('rsim.one', [1]), graph.integers('rsim.two', [2])];
    const [same, rest] = [graph.integers('rsim.same', [0]), graph.integers('rsim.rest', [-1])];
    const size = (value: string, axis: string, name: string): string =>
      this.#add('Gather', [this.#add('Shape', [value], `${name}.shape`), axis], name);
    const lengths = [size(layer.key.input, two, 'past'), size(keys, two, 'fresh')];
    const heads = [same, size(query, one, 'heads'), rest, same];
    this.#nodes.push(graphNode('Concat', lengths, ['rsim.lengths'], { axis: 0 }));
    this.#nodes.push(graphNode('Concat', heads, ['rsim.heads'], { axis: 0 }));
  }

  /** The shape of rows by the heads of the cache: [batch, heads of the cache, queries of each, the same]. */
  #groups(): string {
    return this.graph.integers(this.#name(`groups.${this.#nodes.length}`), [0, this.layer.heads, -1, 0]);
  }

  #add(operator: string, input: readonly string[], result: string, attributes = {}): string {
    this.#nodes.push(graphNode(operator, input, [this.#name(result)], attributes));
    return this.#name(result);
  }

  #name(value: string): string {
    return `rsim.${this.index}.${value}`;
  }

  #put(place: GraphNode): void {
    this.graph.replace(place, this.#nodes);
    this.#nodes = [];
  }
}
