import { join } from 'node:path';
import { ConfigError, type RsimConfig } from '@rsim/core';
import { transferMarkdown, transferTable, writeTransfer } from '@rsim/evaluation';
import { describeEnvironment } from '@rsim/tracking';
import { compose } from '../composition.js';
import { errorNote } from '../error-note.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { loadConfig } from '../load-config.js';
import { versions } from '../open-run.js';
import type { ConfigOptions } from '../request.js';
import { askedFollowers } from '../transfer/asked-followers.js';
import { followerColumns } from '../transfer/follower-columns.js';
import { plannerRows } from '../transfer/planner-rows.js';
import { baselineNames, runTransfer, type BaselineName } from '../transfer/run-transfer.js';
import { splitWords } from '../transfer/split-words.js';
import { writeAskedFile } from '../write-asked-file.js';

export interface TransferCommandOptions extends ConfigOptions {
  readonly planners: readonly string[];
  readonly followers?: readonly string[];
  readonly tasks?: readonly string[];
  readonly baselines?: readonly string[];
  readonly schedules: 'first' | 'own';
  readonly atOnce: number;
  readonly output: string;
  readonly markdown?: string;
}

/** Exit code of a matrix that has cells without outcomes, or with too many errors. */
const incomplete = 3;

/** Tries planners with followers on tasks, beside the baselines. @returns 3 when some cells are to be tried again. */
export async function transfer(options: TransferCommandOptions): Promise<number> {
  const { json, markdown, output } = options;
  const given = await loadConfig(options.config, options.set);
  const loaded = { ...given, config: withTasks(given.config, splitWords(options.tasks ?? [])) };
  const asked = await askedFollowers(options.followers ?? [], loaded.config);
  const baselines = checkedBaselines(splitWords(options.baselines ?? baselineNames));
  if (options.atOnce < 1) throw new ConfigError('--at-once 0 lets no cell begin', { remedy: 'Give 1 or more.' });
  await using composition = await compose(loaded, {});
  const planners = await plannerRows(composition, loaded, options.planners);
  const followers = followerColumns(composition, loaded, asked);
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  const matrix = await runTransfer({
    ...{ composition, planners, followers, baselines, signal, folder: output },
    ...{ ownSchedules: options.schedules === 'own', cellsAtOnce: options.atOnce },
  }).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(`stopped; the same command goes on: what is finished is kept in ${output}`);
  });
  const { configDirectory: _, ...environment } = describeEnvironment({
    ...{ versions: versions(), configDirectory: loaded.directory },
  });
  const result = { ...matrix, environment };
  const file = join(output, 'transfer.json');
  await writeTransfer(file, result);
  if (markdown !== undefined) writeAskedFile(markdown, `${transferMarkdown(result)}\n`, '--markdown');
  console.log(json ? JSON.stringify(result, null, 2) : `\n${transferTable(result)}\n\n${file}`);
  const note = errorNote(result.rows);
  if (note !== null) process.stderr.write(`warning: ${note}\n`);
  return result.failures.length === 0 && note === null ? 0 : incomplete;
}

/** The tasks named, with the options that the configuration has for them; all of the configuration without names. */
function withTasks(config: RsimConfig, names: readonly string[]): RsimConfig {
  if (names.length === 0) return config;
  const tasks = names.map((suite) => config.tasks.find((task) => task.suite === suite) ?? { suite, options: {} });
  return { ...config, tasks };
}

function checkedBaselines(names: readonly string[]): BaselineName[] {
  const unknown = names.find((name) => !(baselineNames as readonly string[]).includes(name));
  if (unknown === undefined) return names as BaselineName[];
  throw new ConfigError(`--baselines ${unknown}: there is no such baseline`, {
    remedy: `Known: ${baselineNames.join(', ')}.`,
  });
}
