import { messageOf, RsimError, seedOf, type Follower, type Problem } from '@rsim/core';
import type { Cell } from '../cell.js';
import { forgetfulStore } from '../cell-store.js';
import { checkAxes, samplesOf, settingsOf } from '../axes.js';
import { heldOutProblems } from '../held-out-problems.js';
import type { Policy } from '../policies/policy.js';
import { assembleResults } from '../results/assemble.js';
import { runCells, type CellsProgress } from '../run-cells.js';
import type { Transfer, TransferFailure } from './schema.js';
import type { FollowerColumn, OpenFollower, TransferOptions } from './transfer-options.js';
import { transferComparisons, transferPolicies, votesOf } from './transfer-policies.js';

/**
 * The transfer matrix: every planner with every follower on every suite, beside the baselines, on the same problems,
 * seeds, budget and temperature. Followers take turns; the cells of one run several at a time. A cell that fails, a
 * follower that cannot be opened, or one without baselines, is recorded, and the others go on.
 *
 * @throws ConfigError when names clash or a list is empty.
 * @throws ProblemError as `evaluate` does.
 * @throws the reason of `signal` when that ended the work; what is finished stays in the store.
 */
export async function transfer(options: TransferOptions): Promise<Transfer> {
  const { planners, followers, suites, seeds } = options;
  checkAxes({ planners, followers, suites, seeds });
  const matrix = new Matrix(options);
  for (const column of followers) await matrix.run(column);
  return matrix.assembled();
}

class Matrix {
  readonly #cells: Cell[] = [];
  readonly #failures: TransferFailure[] = [];
  readonly #followers: Transfer['followers'] = [];
  readonly #baselines = new Set<string>();
  readonly #problems: ReadonlyMap<string, readonly Problem[]>;

  constructor(private readonly options: TransferOptions) {
    this.#problems = heldOutProblems(options);
  }

  async run(column: FollowerColumn): Promise<void> {
    this.options.signal?.throwIfAborted();
    let opened: OpenFollower;
    try {
      opened = await column.open();
    } catch (error) {
      this.#failWith(error, column.name);
      return;
    }
    await using follower = opened.follower;
    const { name, parameters, fingerprint = null } = follower;
    this.#followers.push({ name, model: opened.model, parameters, fingerprint });
    await this.#runCells(opened);
  }

  async #runCells({ follower }: OpenFollower): Promise<void> {
    const { options } = this;
    const baselines = await this.#baselinesOf(follower);
    for (const { name } of baselines) this.#baselines.add(name);
    const { planners, selfConsistency = true } = options;
    const settings = options.seeds.flatMap((seed, place) => {
      const policies = transferPolicies({ planners, baselines, selfConsistency }, place);
      checkAxes({ seeds: options.seeds, policies });
      return options.suites.flatMap((suite) =>
        samplesOf(options).map((sample) => ({ seed, sample, follower, suite, policies })),
      );
    });
    const onProgress = (progress: CellsProgress) => {
      const turns = options.followers.length;
      const before = this.#turn(follower.name) * progress.cellsTotal;
      const counts = { cellsDone: before + progress.cellsDone, cellsTotal: turns * progress.cellsTotal };
      options.onProgress?.({ ...progress, ...counts });
    };
    const cells = await runCells({
      ...{ cellsAtOnce: 4, store: forgetfulStore, ...options },
      ...{ settings, onProgress, problems: this.#problems, onFailure: (failed) => this.#fail({ ...failed }) },
    });
    this.#cells.push(...cells);
  }

  /** None where they cannot be had: the planners are tried all the same. */
  async #baselinesOf(follower: Follower): Promise<readonly Policy[]> {
    try {
      return await this.options.baselines(follower);
    } catch (error) {
      this.options.signal?.throwIfAborted();
      this.#failWith(error, follower.name, 'baselines');
      return [];
    }
  }

  #turn(follower: string): number {
    return this.options.followers.findIndex(({ name }) => name === follower);
  }

  /** @param policy what has no cells in any suite; by default all */
  #failWith(error: unknown, follower: string, policy: string | null = null): void {
    const code = error instanceof RsimError ? error.code : 'internal';
    this.#fail({ follower, suite: null, policy, seed: null, sample: null, code, message: messageOf(error) });
  }

  #fail(failure: TransferFailure): void {
    this.#failures.push(failure);
    this.options.onFailure?.(failure);
  }

  assembled(): Transfer {
    const { options } = this;
    const { planners } = options;
    const baselines = [...this.#baselines];
    const models = new Map(this.#followers.map(({ name, model }) => [name, model]));
    const votes = planners.map((row) => votesOf(row, planners).name);
    const results = assembleResults(this.#cells, {
      ...options,
      policies: [...planners.map(({ name }) => name), ...baselines, ...votes],
      comparisons: transferComparisons(planners, baselines, models),
      bootstrapSeed: seedOf(options.problemSeed ?? 0, 'bootstrap'),
      // Cells that failed leave suites out.
      suiteCount: options.suites.length,
    });
    return {
      ...results,
      schema: 'rsim.transfer/1',
      planners: planners.map(({ name, trainedOn, planners: trained }) => ({
        ...{ name, trainedOn, fingerprints: trained.map(({ fingerprint }) => fingerprint) },
      })),
      followers: this.#followers,
      failures: this.#failures,
      settings: settingsOf(options),
    };
  }
}
