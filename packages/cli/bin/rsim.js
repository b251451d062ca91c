#!/usr/bin/env node
// What was asked for goes as one JSON argument to a child process that runs the TypeScript source (src/main.ts).
import { CommanderError } from 'commander';
import { launch } from './launch.js';
import { requestOf } from './program.js';

try {
  launch(await requestOf(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exit(error.exitCode === 0 ? 0 : 2);
}
