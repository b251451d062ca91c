import { resolve } from 'node:path';
import { applyOverrides, ConfigError, type SyncReport } from '@rsim/core';
import { RunFolder } from '@rsim/tracking';
import { createTrackers, loadRegistry } from '../composition.js';
import { keptConfig } from '../kept-config.js';
import { onInterrupt } from '../interrupt.js';
import type { CommonOptions } from '../request.js';

export interface RunsSyncOptions extends CommonOptions {
  readonly set: readonly string[];
}

/** Brings the trackers of runs up to what the run folders say; what arrived before is not sent again. */
export async function runsSync({ json, set }: RunsSyncOptions, paths: readonly string[]): Promise<void> {
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  const reports: (SyncReport & { readonly run: string; readonly tracker: string })[] = [];
  for (const path of paths) {
    const kept = keptConfig(path);
    const loaded = { ...kept, config: applyOverrides(kept.config, set) };
    const trackers = await createTrackers(loaded, await loadRegistry(loaded));
    if (!trackers.some(({ sync }) => sync !== undefined)) {
      throw new ConfigError(`the run in ${path} has no tracker that sends anything`, {
        remedy: `Name one: --set 'trackers=[{"name": "mlflow"}]'.`,
      });
    }
    using _ = RunFolder.hold(path);
    const run = { path: resolve(path), warn: (message: string) => void process.stderr.write(`warning: ${message}\n`) };
    for (const tracker of trackers) {
      const report = await tracker.sync?.(run, signal);
      if (report === undefined) continue;
      reports.push({ run: path, tracker: tracker.name, ...report });
      if (!json)
        console.log(`${path}: ${tracker.name}: ${report.sent} points sent${refusals(report)}, ${report.destination}`);
    }
  }
  if (json) console.log(JSON.stringify(reports, null, 2));
}

function refusals({ refused }: SyncReport): string {
  return refused === 0 ? '' : `, ${refused} refused`;
}
