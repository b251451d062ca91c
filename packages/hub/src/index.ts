/** Files from the model hub: cached as Python's `huggingface_hub` caches them, resumed, checked. */
export { downloadFile, type DownloadOptions, type FileOptions } from './download-file.js';
export { downloadSnapshot, matches } from './download-snapshot.js';
export {
  findOnnxGraph,
  onnxDtypes,
  onnxFolder,
  onnxModelName,
  parseModelFile,
  readModelJson,
  type OnnxChoice,
} from './model-folder.js';
export { describeReference, isHubReference, parseHubReference, type HubReference } from './reference.js';
export { type HubLimits } from './settings.js';
