/** Followers: language models that carry out strategies. */
export { EmbeddedFollower, type EmbeddedFollowerOptions } from './embedded/embedded-follower.js';
export {
  type EmbeddedModel,
  type EmbeddedModelEntry,
  embeddedModels,
  loadEmbeddedModel,
} from './embedded/embedded-model.js';
export { type ModelFolder, modelFolder } from './embedded/model-folder.js';
export { type InjectionTemplate, strategyTags } from './embedded/injection-templates.js';
export { openEmbeddedFollower } from './embedded/open-embedded-follower.js';
export { type HttpFollower } from './http/http-follower.js';
export { type HttpOptions, httpOptionsSchema } from './http/http-options.js';
export { openHttpFollower } from './http/open-http-follower.js';
export { type LlamaCppFollower } from './llama-cpp/llama-cpp-follower.js';
export { type LlamaCppOptions, llamaCppOptionsSchema } from './llama-cpp/llama-cpp-options.js';
export { openLlamaCppFollower } from './llama-cpp/open-llama-cpp-follower.js';
export { OnnxFollower } from './onnx/onnx-follower.js';
export { type OnnxOptions, onnxOptionsSchema } from './onnx/onnx-options.js';
export { followersPlugin } from './plugin.js';
export { openTfjsFollower, type TfjsContext } from './tfjs/open-tfjs-follower.js';
export { type Rollouts, TfjsFollower, type TfjsFollowerOptions } from './tfjs/tfjs-follower.js';
export { type TfjsOptions, tfjsOptionsSchema } from './tfjs/tfjs-options.js';
