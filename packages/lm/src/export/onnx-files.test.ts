import { describe, expect, it } from 'vitest';

import type { DecoderConfig } from '../decoder-config.js';
import { decoderWeightShapes } from '../decoder-weights.js';
import { onnxMessages } from '../onnx-model.js';
import { onnxFiles } from './onnx-files.js';

const config: DecoderConfig = {
  vocabularySize: 463_000,
  hiddenSize: 1024,
  intermediateSize: 8,
  layers: 0,
  heads: 32,
  maxPositions: 16,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100,
};

/** The names of the files and where each weight lies; the numbers themselves are left out. */
function filesOf(changes: Partial<DecoderConfig>) {
  const large = { ...config, ...changes };
  const empty = [...decoderWeightShapes(large)].map(
    ([name, shape]) => [name, { shape, data: new Float32Array(0) }] as const,
  );
  const files = onnxFiles(large, new Map(empty));
  const graph = onnxMessages
    .lookupType('ModelProto')
    .decode(files.get('onnx/model.onnx') as Uint8Array)
    .toJSON();
  const { initializer } = (graph as { graph: { initializer: { name: string; externalData?: { value: string }[] }[] } })
    .graph;
  const places = initializer.map(({ name, externalData }) => [name, externalData?.[0]?.value] as const);
  return { names: [...files.keys()], places: new Map(places) };
}

describe('onnxFiles', () => {
  it('has the weights in the graph where they fit into one file', () => {
    const { names, places } = filesOf({});
    expect(names).toEqual(['onnx/model.onnx']);
    expect(places.get('model.embed_tokens.weight')).toBeUndefined();
  });

  it.each([
    ['weights', { vocabularySize: 464_000 }],
    ['rotations', { maxPositions: 16_384 }],
  ])('has them beside the graph where they do not, for their %s', (_, changes) => {
    const { names, places } = filesOf(changes);
    expect(names).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data']);
    for (const name of ['model.embed_tokens.weight', 'model.norm.weight', 'rope.cosine', 'rope.sine']) {
      expect(places.get(name)).toBe('model.onnx_data');
    }
  });
});
