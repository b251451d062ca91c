import { attentionSizes, type DecoderConfig } from '../decoder-config.js';
import { countParameters, type DecoderWeights } from '../decoder-weights.js';
import { ExternalWeights } from './external-weights.js';
import { buildOptimumGraph } from './optimum-graph.js';

/** Bytes of 32-bit floats that one ONNX file can hold (protobuf's 2 GiB, less what the graph itself takes). */
export const MOST_GRAPH_BYTES = 1.9e9;

/**
 * A decoder's export to ONNX: the content of each file by its path. Where one file cannot hold the weights they lie beside the
 * graph, as Optimum has them.
 */
export function onnxFiles(
  config: DecoderConfig,
  weights: DecoderWeights,
): ReadonlyMap<string, Uint8Array | Float32Array[]> {
  const rotations = 2 * config.maxPositions * attentionSizes(config).headSize;
  if (4 * (countParameters(config) + rotations) <= MOST_GRAPH_BYTES) {
    return new Map([['onnx/model.onnx', buildOptimumGraph(config, weights)]]);
  }
  const external = new ExternalWeights('model.onnx_data', new Set());
  return new Map<string, Uint8Array | Float32Array[]>([
    ['onnx/model.onnx', buildOptimumGraph(config, weights, external)],
    [`onnx/${external.file}`, external.take()],
  ]);
}
