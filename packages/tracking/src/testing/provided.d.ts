import 'vitest';

declare module 'vitest' {
  /** What servers/prepare.js puts in place for the tests named `*.servers.ts`. */
  export interface ProvidedContext {
    readonly mlflowServers: { readonly version: string; readonly python: string }[];
    readonly mlflowRestarts: number;
  }
}
