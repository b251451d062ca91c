import { fileURLToPath } from 'node:url';

/** Folder of a shipped model. */
export const modelFolder = (name: string): string =>
  fileURLToPath(new URL(`../../packages/follower-adapters/models/${name}`, import.meta.url));
