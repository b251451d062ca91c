import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, TrackerError } from '@rsim/core';
import { z } from 'zod';
import { writeAtomicallyInBackground } from '../atomic-write.js';
import { journalCursorSchema } from '../journal-tail.js';
import { makeFolder } from '../make-folder.js';

/** How far one run on the server has come. */
const runStateSchema = z.object({
  runId: z.string(),
  /** Whether parameters, tags and data sets are there. */
  described: z.boolean(),
  cursor: journalCursorSchema,
  /** Highest step that was delivered of each series; a resumed run does some steps again, and the first time counts. */
  steps: z.record(z.string(), z.number()),
  /** Whether a request with points of the journal is without an answer. */
  inDoubt: z.boolean(),
  /** The results that were sent last, by digest, the step they have, and whether they arrived for certain. */
  results: z.object({ digest: z.string(), step: z.int(), arrived: z.boolean() }).nullable(),
});

const stateSchema = z.object({
  schema: z.literal('rsim.mlflow/1'),
  uri: z.string(),
  experiment: z.string(),
  /** Tag that finds this run's runs on the server again, should the answer to their creation be lost. */
  id: z.string(),
  experimentId: z.string().nullable(),
  /** The run itself under the empty name, those nested in it under theirs. */
  runs: z.record(z.string(), runStateSchema),
  /** SHA-256 of each file that was sent, by its path in the run folder. */
  artifacts: z.record(z.string(), z.string()),
  /** The registered version of the planner whose files have this digest, and whether it got its alias. */
  model: z.object({ digest: z.string(), version: z.string(), aliased: z.boolean() }).nullable(),
  /** How the run ended the last time it was followed; `null` while it is, or where it was killed. */
  ending: z.enum(['finished', 'stopped', 'failed']).nullable(),
  /** Metric points that the server refuses. */
  refused: z.int().nonnegative(),
});

export type MlflowRunState = z.output<typeof runStateSchema>;
export type MlflowState = z.output<typeof stateSchema>;

/** What the tracker knows of a run and one server, kept in `trackers/` of the run folder. */
export class MlflowStateFile {
  private constructor(
    private readonly path: string,
    readonly state: MlflowState,
  ) {}

  /**
   * Reads what is known, or begins anew.
   *
   * @throws TrackerError when the file is there but cannot be read: to begin anew would send everything twice.
   */
  static open(run: string, uri: string, experiment: string): MlflowStateFile {
    const digest = createHash('sha256').update(`${uri}\n${experiment}`).digest('hex').slice(0, 8);
    const path = join(run, 'trackers', `mlflow-${digest}.json`);
    return new MlflowStateFile(path, existsSync(path) ? read(path) : fresh(uri, experiment));
  }

  /** @throws TrackerError when it cannot be written. */
  async save(): Promise<void> {
    try {
      makeFolder(join(this.path, '..'));
      await writeAtomicallyInBackground(this.path, `${JSON.stringify(this.state, null, 2)}\n`);
    } catch (error) {
      throw new TrackerError(`cannot write ${this.path}: ${messageOf(error)}`, {
        remedy: 'Free some space on the disk of the run folder, then: rsim runs sync.',
        cause: error,
      });
    }
  }

  /** Forgets the runs on the server, which are gone there: everything is sent again. */
  async startAnew(): Promise<void> {
    Object.assign(this.state, fresh(this.state.uri, this.state.experiment));
    await this.save();
  }
}

/** A run on the server to which nothing was sent yet. */
export function newRunState(runId: string): MlflowRunState {
  return { runId, described: false, cursor: { offset: 0, points: 0 }, steps: {}, inDoubt: false, results: null };
}

function fresh(uri: string, experiment: string): MlflowState {
  return {
    ...{ schema: 'rsim.mlflow/1', uri, experiment, id: randomUUID(), experimentId: null },
    ...{ runs: {}, artifacts: {}, model: null, ending: null, refused: 0 },
  };
}

function read(path: string): MlflowState {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new TrackerError(`cannot read ${path}: ${messageOf(error)}`, {
      remedy: 'Delete the file, and the run on the server if it is there: everything is then sent anew.',
      cause: error,
    });
  }
}
