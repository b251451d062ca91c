import { once } from 'node:events';
import { resolve } from 'node:path';
import { ConfigError } from '@rsim/core';
import { WatchServer } from '@rsim/report';
import { onInterrupt } from '../interrupt.js';
import type { CommonOptions } from '../request.js';

export interface WatchOptions extends CommonOptions {
  readonly port: number;
}

const said = {
  waiting: 'waiting for the run to begin',
  running: 'the run is running',
  stopped: 'no process is writing into the run, and it is not finished',
  finished: 'the run has finished',
  gone: 'the run was deleted',
};

/** Serves a run's page, growing as the run does, until it is interrupted. */
export async function watch({ port, json }: WatchOptions, run: string): Promise<void> {
  if (port > 65_535) {
    throw new ConfigError(`--port ${port}: there is no such port`, { remedy: 'Name one from 0 to 65535.' });
  }
  await using server = await WatchServer.start(run, {
    port,
    onState: (state) => process.stderr.write(`${resolve(run)}: ${said[state]}\n`),
  });
  console.log(json ? JSON.stringify({ url: server.url }) : `${server.url} (Ctrl-C ends it)`);
  const signal = onInterrupt(() => undefined);
  if (!signal.aborted) await once(signal, 'abort');
}
