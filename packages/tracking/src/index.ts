/** Where a run is written down: its folder, its append-only journal, its episodes and its results. */
export { writeAtomically } from './atomic-write.js';
export { describeEnvironment, type Environment } from './environment.js';
export type { EpisodeRecord } from './episode-record.js';
export { JsonLines, readJsonLines } from './json-lines.js';
export { iterations } from './journal.js';
export { trackersPlugin } from './plugin.js';
export { flatten } from './flatten.js';
export { isTrained } from './run-files.js';
export { RunFolder, type RunFolderOptions } from './run-folder.js';
