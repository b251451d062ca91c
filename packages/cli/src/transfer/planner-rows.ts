import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { CheckpointError, ConfigError, parseConfig } from '@rsim/core';
import type { PlannerRow } from '@rsim/evaluation';
import { RunFolder } from '@rsim/tracking';
import { createPlanner, type Composition } from '../composition.js';
import { finishedRun, refuseStrangers, type FinishedRun } from '../finished-run.js';
import { hashFiles } from '../hash-files.js';
import type { LoadedConfig } from '../load-config.js';
import { trainable } from '../run-training.js';
import { upgradedConfig } from '../upgraded-config.js';
import { modelNameOf } from './follower-names.js';
import { splitName, splitWords } from './split-words.js';

/** A folder with a trained planner. */
interface PlannerSource {
  readonly path: string;
  readonly checkpoint: string;
  /** The configuration it was made with: its run's, where it belongs to one. */
  readonly loaded: LoadedConfig;
  /** Model it was trained with; `null` where the folder belongs to no run. */
  readonly trainedOn: string | null;
}

/**
 * The planners that words name: run folders, or folders of planners themselves; `name=folder` gives a name. Several of one
 * name are one planner that was trained with several seeds, in the order given.
 *
 * @throws CheckpointError when a folder holds no planner, or one of another kind.
 * @throws ConfigError when runs of one name have other configurations, or were trained with other followers.
 */
export async function plannerRows(
  composition: Composition,
  loaded: LoadedConfig,
  words: readonly string[],
): Promise<PlannerRow[]> {
  const rows = new Map<string, PlannerSource[]>();
  for (const word of splitWords(words)) {
    const { name, rest: path } = splitName(word);
    const row = name ?? basename(resolve(path));
    const others = rows.get(row) ?? [];
    if (name === null && others.length > 0) {
      throw new ConfigError(`two planners of the matrix are called "${row}"`, {
        remedy: 'Name them: --planners one=PATH other=PATH; of one name they are one planner with several seeds.',
      });
    }
    rows.set(row, [...others, sourceOf(path, loaded)]);
  }
  return Promise.all([...rows].map(([name, sources]) => rowOf(composition, name, sources)));
}

async function rowOf({ container }: Composition, name: string, sources: readonly PlannerSource[]): Promise<PlannerRow> {
  refuseStrangers(sources.filter((source): source is PlannerSource & FinishedRun => RunFolder.isRun(source.path)));
  const models = [...new Set(sources.map(({ trainedOn }) => trainedOn))];
  if (models.length > 1) {
    throw new ConfigError(`the folders of planner "${name}" were trained with ${models.join(' and ')}`, {
      remedy: 'Give planners that were trained with different followers different names.',
    });
  }
  const planners = sources.map(async ({ checkpoint, loaded }) => {
    const planner = trainable(await createPlanner(container, loaded));
    await planner.load(checkpoint);
    const hash = createHash('sha256');
    await hashFiles(checkpoint, hash);
    return { planner, fingerprint: hash.digest('hex') };
  });
  return { name, trainedOn: models[0] ?? null, planners: await Promise.all(planners) };
}

function sourceOf(path: string, loaded: LoadedConfig): PlannerSource {
  if (RunFolder.isRun(path)) {
    const run = finishedRun(path);
    return { ...run, trainedOn: modelNameOf(run.loaded.config.follower) };
  }
  if (!existsSync(join(path, 'planner.json'))) {
    throw new CheckpointError(`there is no run and no planner in ${resolve(path)}`, {
      remedy: 'Name a run folder, or a folder that holds a planner.json.',
      code: 'checkpoint-missing',
    });
  }
  const run = runAround(resolve(path));
  if (run === null) return { path, checkpoint: path, loaded, trainedOn: null };
  const config = parseConfig(upgradedConfig(RunFolder.readConfig(run)), join(run, 'config.json'));
  const directory = RunFolder.readEnvironment(run)?.configDirectory ?? loaded.directory;
  return { path, checkpoint: path, loaded: { config, directory }, trainedOn: modelNameOf(config.follower) };
}

/** The run that a planner's folder belongs to; `null` where it lies by itself. */
function runAround(path: string): string | null {
  const folders = path.split(sep);
  const run = folders.slice(0, folders.lastIndexOf('checkpoints')).join(sep);
  return folders.includes('checkpoints') && RunFolder.isRun(run) ? run : null;
}
