/** What learning runs on. Apart from the package's main entry; a tensor library is loaded only once a backend is asked for. */
export { backendChoices, backendFailure, backendNames, useBackend } from './backend.js';
export type { BackendChoice, BackendDevice, BackendName } from './backend.js';
export { isTensorflowInstalled } from './tensorflow-backend.js';
