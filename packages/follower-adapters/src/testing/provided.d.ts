import 'vitest';

/** What `servers/prepare.js` puts in place for the checks against real servers. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** Path of node-llama-cpp's entry, or `null` where it could not be installed. */
    llamaLibrary: string | null;
    /** Path of the program llama-server, or `null` where it could not be built. */
    llamaServer: string | null;
    /** Path of a Python that has transformers and torch, or `null` where there is none. */
    transformersPython: string | null;
  }
}
