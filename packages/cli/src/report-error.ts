import { inspect } from 'node:util';
import { RsimError } from '@rsim/core';
import pc from 'picocolors';
import { Interrupted } from './interrupt.js';
import { sayInstead } from './progress.js';
import type { CommonOptions } from './request.js';

/** Tells the reader what happened and what to do, on stderr; with `--json` as an object on stdout too. @returns the exit code. */
export function reportError(error: unknown, options: CommonOptions): number {
  if (error instanceof Interrupted) {
    sayInstead(error.message);
    return 130;
  }
  const known = error instanceof RsimError;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = known ? error.remedy : 'This is a fault in rsim: run it again with --debug and report what it prints.';
  if (options.json) console.log(JSON.stringify({ error: { code: known ? error.code : 'internal', message, remedy } }));
  sayInstead(`${pc.red('error:')} ${message}\n  ${remedy}`);
  if (options.debug) process.stderr.write(`${inspect(error)}\n`);
  return known ? error.exitCode : 1;
}
