import protobuf from 'protobufjs';

/** The messages of onnx.proto (https://github.com/onnx/onnx, IR version 8) that a decoder's graph needs. */
export const onnxMessages = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
  },
});

const ELEMENT_TYPES = { float: 1, int32: 6, int64: 7 } as const;
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;
const EXTERNAL = 1;
/** Protobuf's wire type of what has its length before it. */
const LENGTH_DELIMITED = 2;
const IR_VERSION = 8;
const OPSET_VERSION = 17;

type ElementType = keyof typeof ELEMENT_TYPES;
type Dimensions = readonly (number | string)[];
/** Whole numbers are written as ints, `{ float }` as a float. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** Where a tensor of 32-bit floats lies: in a file beside the model's. */
export interface ExternalTensor {
  readonly shape: readonly number[];
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
  readonly length: number;
}

/** Collects nodes, weights, inputs and outputs of one ONNX graph; each method returns the name of the value it adds. */
export class OnnxModel {
  readonly #nodes: object[] = [];
  readonly #initializers: Uint8Array[][] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #constants = new Set<string>();

  input(name: string, type: ElementType, dimensions: Dimensions): string {
    this.#inputs.push(valueInfo(name, type, dimensions));
    return name;
  }

  output(name: string, type: ElementType, dimensions: Dimensions): void {
    this.#outputs.push(valueInfo(name, type, dimensions));
  }

  weight(name: string, shape: readonly number[], data: Float32Array): string {
    this.#initializers.push(tensor(name, 'float', shape, data));
    return name;
  }

  /** A weight that lies in a file beside the model's. */
  externalWeight(name: string, { shape, file, offset, length }: ExternalTensor): string {
    const places = Object.entries({ location: file, offset, length });
    const externalData = places.map(([key, value]) => ({ key, value: String(value) }));
    const message = { name, dataType: ELEMENT_TYPES.float, dims: shape, externalData, dataLocation: EXTERNAL };
    this.#initializers.push([encodeMessage('TensorProto', message)]);
    return name;
  }

  /** A number without axes; equal ones are shared. */
  scalar(value: number): string {
    return this.#constant(`scalar_${value}`, 'float', [], Float32Array.of(value));
  }

  /** An integer without axes, as an index is given; equal ones are shared. */
  integer(value: number): string {
    return this.#constant(`integer_${value}`, 'int64', [], BigInt64Array.of(BigInt(value)));
  }

  /** A vector of integers, as shapes, axes and indices are given; equal ones are shared. */
  integers(values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant(`integers_${values.join('_')}`, 'int64', [values.length], data);
  }

  /** Adds an operator with one result, named `result` or after its position. */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, result?: string): string {
    const [name] = this.nodes(operator, inputs, [result ?? `${operator}_${this.#nodes.length}`], attributes);
    return name;
  }

  /** Adds an operator with several results. */
  nodes<const Names extends readonly string[]>(
    operator: string,
    inputs: readonly string[],
    outputs: Names,
    attributes: Attributes = {},
  ): Names {
    this.#nodes.push({
      opType: operator,
      name: outputs[0],
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return outputs;
  }

  #constant(name: string, type: ElementType, shape: readonly number[], data: Float32Array | BigInt64Array): string {
    if (!this.#constants.has(name)) this.#initializers.push(tensor(name, type, shape, data));
    this.#constants.add(name);
    return name;
  }

  /** The model as the bytes of an .onnx file. */
  toBytes(graphName: string): Uint8Array {
    const graph = encodeMessage('GraphProto', {
      name: graphName,
      node: this.#nodes,
      input: this.#inputs,
      output: this.#outputs,
    });
    const model = encodeMessage('ModelProto', {
      irVersion: IR_VERSION,
      producerName: 'rsim',
      opsetImport: [{ domain: '', version: OPSET_VERSION }],
    });
    return joinModel(model, graph, this.#initializers);
  }
}

export function encodeMessage(type: string, message: object): Uint8Array {
  const messages = onnxMessages.lookupType(type);
  return messages.encode(messages.fromObject(message)).finish();
}

/**
 * Puts a model together: its weights, which are nearly all of it, are copied once.
 * @param model the message without its graph
 * @param graph the message without its initializers
 * @param initializers each in the pieces that it is made of
 */
export function joinModel(
  model: Uint8Array,
  graph: Uint8Array,
  initializers: readonly (readonly Uint8Array[])[],
): Uint8Array {
  const tensors = initializers.flatMap((pieces) => field('GraphProto', 'initializer', pieces));
  return Buffer.concat([model, ...field('ModelProto', 'graph', [graph, ...tensors])]);
}

/** A message's field of bytes or of another message, with its tag and length before it. */
function field(type: string, name: string, pieces: readonly Uint8Array[]): Uint8Array[] {
  const { id } = onnxMessages.lookupType(type).fields[name] as protobuf.Field;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const head = protobuf.Writer.create()
    .uint32((id << 3) | LENGTH_DELIMITED)
    .uint32(length);
  return [head.finish(), ...pieces];
}

function valueInfo(name: string, type: ElementType, dimensions: Dimensions): object {
  const dim = dimensions.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}

/** An initializer in the pieces that it is made of, its numbers as they lie. */
export function tensor(
  name: string,
  type: ElementType,
  dims: readonly number[],
  data: Float32Array | BigInt64Array,
): Uint8Array[] {
  const head = encodeMessage('TensorProto', { name, dataType: ELEMENT_TYPES[type], dims });
  const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [head, ...field('TensorProto', 'rawData', [numbers])];
}

export function attribute(name: string, value: Attributes[string]): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}
