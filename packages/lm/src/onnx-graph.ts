import protobuf from 'protobufjs';

import { attribute, type Attributes, encodeMessage, joinModel, tensor } from './onnx-model.js';

/** Only what a graph is wired by is read; the rest, weights above all, stays the bytes it was. */
const views = protobuf.Root.fromJSON({
  nested: {
    Model: { fields: { graph: { type: 'Graph', id: 7 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        initializer: { rule: 'repeated', type: 'bytes', id: 5 },
        output: { rule: 'repeated', type: 'Value', id: 12 },
      },
    },
    Value: { fields: { name: { type: 'string', id: 1 } } },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'bytes', id: 5 },
      },
    },
  },
});

/** An operator: the values it takes, those it gives, and its attributes as encoded messages. */
export interface GraphNode {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly Uint8Array[];
}

interface ModelView {
  graph?: { node: GraphNode[]; initializer: Uint8Array[]; output: { readonly name: string }[] };
}

/** The graph of an .onnx file, to be read and changed. What is not understood of the file is kept as it is. */
export class OnnxGraph {
  /** Without its graph. */
  readonly #model: ModelView;
  /** Without its initializers. */
  readonly #graph: NonNullable<ModelView['graph']>;
  readonly #initializers: (readonly Uint8Array[])[];

  /** @throws Error when the bytes are no model */
  constructor(bytes: Uint8Array) {
    const reader = protobuf.Reader.create(bytes);
    reader.discardUnknown = false;
    this.#model = views.lookupType('Model').decode(reader) as unknown as ModelView;
    if (!this.#model.graph) throw new RangeError('The file holds no graph.');
    this.#graph = this.#model.graph;
    this.#initializers = this.#graph.initializer.map((bytes) => [bytes]);
    this.#graph.initializer = [];
    delete this.#model.graph;
  }

  get nodes(): readonly GraphNode[] {
    return this.#graph.node;
  }

  producerOf(value: string): GraphNode | undefined {
    return this.#graph.node.find(({ output }) => output.includes(value));
  }

  consumersOf(value: string): GraphNode[] {
    return this.#graph.node.filter(({ input }) => input.includes(value));
  }

  /** Puts nodes in the place of another. */
  replace(node: GraphNode, by: readonly GraphNode[]): void {
    this.#graph.node.splice(this.#graph.node.indexOf(node), 1, ...by);
  }

  /** Has an operator take another value in place of one it takes. */
  reroute(node: GraphNode, from: string, to: string): void {
    const changed = node as { input: readonly string[] };
    changed.input = node.input.map((value) => (value === from ? to : value));
  }

  append(...nodes: readonly GraphNode[]): void {
    this.#graph.node.push(...nodes);
  }

  /** Adds a constant vector of integers. */
  integers(name: string, values: readonly (number | bigint)[]): string {
    this.#initializers.push(tensor(name, 'int64', [values.length], BigInt64Array.from(values, BigInt)));
    return name;
  }

  get outputs(): readonly string[] {
    return this.#graph.output.map(({ name }) => name);
  }

  /** What the graph puts out; onnxruntime finds out the types of what is new. */
  setOutputs(names: readonly string[]): void {
    const known = new Map(this.#graph.output.map((output) => [output.name, output]));
    this.#graph.output = names.map((name) => known.get(name) ?? { name });
  }

  /** Removes the nodes that no output needs. */
  prune(): void {
    const needed = new Set(this.#graph.output.map(({ name }) => name));
    const isNeeded = ({ output }: GraphNode): boolean => output.some((value) => needed.has(value));
    // Operators come after what they take, so one way back finds everything.
    const kept = this.#graph.node.toReversed().filter((node) => {
      if (!isNeeded(node)) return false;
      for (const value of node.input) needed.add(value);
      return true;
    });
    this.#graph.node = kept.toReversed();
  }

  toBytes(): Uint8Array {
    const encode = (type: string, message: object): Uint8Array => views.lookupType(type).encode(message).finish();
    return joinModel(encode('Model', this.#model), encode('Graph', this.#graph), this.#initializers);
  }
}

/** A node to be inserted. */
export function graphNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
): GraphNode {
  const encoded = Object.entries(attributes).map(([name, value]) =>
    encodeMessage('AttributeProto', attribute(name, value)),
  );
  return { opType, input, output, attribute: encoded };
}
