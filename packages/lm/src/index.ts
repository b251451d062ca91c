/** A small Llama-style decoder language model: its tokenizer, its files, its ONNX graph, its training. */
export { type DecoderConfig, parseDecoderConfig, toLlamaConfig } from './decoder-config.js';
export { buildDecoderGraph } from './decoder-graph.js';
export {
  checkDecoderWeights,
  countParameters,
  type DecoderWeights,
  decoderWeightShapes,
  initializeDecoderWeights,
  type WeightTensor,
} from './decoder-weights.js';
export { type ExportFormat, exportFormats, exportModel } from './export/export-model.js';
export { ExternalWeights } from './export/external-weights.js';
export { MOST_GRAPH_BYTES } from './export/onnx-files.js';
export { buildOptimumGraph } from './export/optimum-graph.js';
export {
  adaptedWeights,
  type LoraAdapter,
  type LoraOptions,
  loraTargets,
  mergeLora,
  startLora,
} from './lora/lora-adapter.js';
export { readPeftFolder, writePeftFolder } from './lora/peft-folder.js';
export { CHAT_TEMPLATE_FILES, type PublishedTokens, readPublishedTokens } from './published-tokens.js';
export { type PublishedModel, readDecoderConfig, readPublishedModel } from './published-model.js';
export { referenceLogProbabilities } from './reference-decoder.js';
export { readSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors.js';
export { BOS_TOKEN, EOS_TOKEN, PAD_TOKEN, SPECIAL_TOKENS, STRATEGY_TOKENS } from './special-tokens.js';
export { buildTokenizerJson, type TokenizerJson } from './tokenizer-json.js';
export { Tokenizer } from './tokenizer.js';
export {
  type DecoderModel,
  MODEL_FILES,
  type ModelManifest,
  readModelFolder,
  readModelManifest,
  writeModelManifest,
} from './model-folder.js';
