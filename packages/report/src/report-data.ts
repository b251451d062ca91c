import type { Results, Section } from '@rsim/evaluation';

/** Episodes unpacked at once when one of them is opened. */
export const episodesPerChunk = 50;

/** What a page shows. Plain JSON: written by Node, read in the browser. */
export interface ReportData {
  readonly title: string;
  /** `report`: runs of one configuration are seeds of one curve. `comparison`: every run is a curve of its own. */
  readonly kind: 'report' | 'comparison';
  /** When the page was made; ISO 8601, UTC. */
  readonly made: string;
  readonly runs: readonly RunData[];
  /** The other runs against the first; `null` unless they are compared. */
  readonly comparison: RunComparison | null;
  /** Metrics of continual learning of the runs together, a table for each set of runs measured on the same. */
  readonly continual: readonly Section[];
  /** Number of the next event of the live page; `null` in a file. */
  readonly live: number | null;
}

/**
 * `finished`, `running` and `stopped` are said by journal and lock; `waiting`: there is no run in the folder yet;
 * `gone`: there was one.
 */
export type RunState = 'finished' | 'running' | 'stopped' | 'waiting' | 'gone';

export interface RunData {
  /** Last part of the folder's path, or more of it where two runs would have the same name. */
  readonly name: string;
  /** Runs with the same number are seeds of one configuration. */
  readonly group: number;
  readonly state: RunState;
  readonly config: unknown;
  readonly environment: unknown;
  /** ISO 8601 time of the first and the last entry of the journal. */
  readonly started: string | null;
  readonly lastHeard: string | null;
  /** The fields of the journal's `finished` entry, such as `seconds`. */
  readonly finished: Readonly<Record<string, unknown>> | null;
  readonly points: readonly Point[];
  /** In the order of the leader's actions. */
  readonly strategies: readonly StrategyName[];
  readonly problems: readonly ProblemEntry[];
  readonly episodes: readonly EpisodeEntry[];
  readonly results: Results | null;
  /** The results as `rsim eval` prints them. */
  readonly tables: readonly Section[];
  /** Of a run on one task after the other. */
  readonly continual: ContinualMatrix | null;
  /** Of a folder that `rsim transfer` wrote. */
  readonly transfer: TransferMatrix | null;
  /** What is missing or damaged, one sentence each. */
  readonly notices: readonly string[];
}

/** R[i][j]: accuracy on task j after i steps; row 0 is the untrained planner. */
export interface ContinualMatrix {
  readonly order: string;
  /** What was done against forgetting; `naive` for nothing. */
  readonly method: string;
  /** The columns, in the order of training. */
  readonly tasks: readonly string[];
  /** The step of each row; `null` before the first. */
  readonly after: readonly (string | null)[];
  readonly accuracies: readonly (readonly (number | null)[])[];
  /** Its metrics, once it is finished. */
  readonly tables: readonly Section[];
}

/** Planners with followers that they were or were not trained with, beside the baselines. */
export interface TransferMatrix {
  readonly planners: readonly { readonly name: string; readonly trainedOn: string | null }[];
  readonly followers: readonly { readonly name: string; readonly model: string; readonly parameters: number | null }[];
  /** All seeds together where they were pooled. */
  readonly rows: Results['rows'];
  readonly comparisons: Results['comparisons'];
  readonly level: number;
}

/** What a live page is sent: the parts of a run that changed. Points, problems and episodes are further ones. */
export type RunPatch = Partial<RunData> & {
  /** Whether the run began anew, so that what was shown of it is void. */
  readonly restarted: boolean;
  /** The bodies of `episodes`. */
  readonly bodies: readonly EpisodeBody[];
};

/** Every number that the journal has for one iteration or epoch. */
export interface Point {
  readonly stage: string;
  /** From 1. */
  readonly iteration: number;
  /** By path within the journal's entry, e.g. `update.policy.entropy`. */
  readonly values: Readonly<Record<string, number>>;
}

export interface StrategyName {
  readonly id: string;
  readonly title: string;
}

export interface ProblemEntry {
  readonly key: string;
  readonly suite: string;
  readonly level: number;
  readonly question: string;
  readonly answer: string;
}

export type EpisodeStatus = 'correct' | 'wrong' | 'unparsed' | 'timeout' | 'error' | 'unjudged';

/** What is needed of an episode to list, filter and count it. */
export interface EpisodeEntry {
  /** Place of its problem among the run's problems. */
  readonly problem: number;
  readonly phase: string;
  readonly iteration: number | null;
  readonly policy: string;
  readonly follower: string;
  readonly status: EpisodeStatus;
  readonly extracted: string | null;
  /** Per step, the place of its strategy among the run's strategies; −1 where there was none. */
  readonly strategies: readonly number[];
  readonly tokens: number;
}

/** The rest of an episode, fetched when it is opened. */
export interface EpisodeBody {
  readonly planner: string | null;
  readonly seed: number;
  readonly sample: number;
  readonly end: string;
  readonly error: string | null;
  readonly steps: readonly EpisodeStepBody[];
  readonly rewards: {
    readonly leader: Readonly<Record<string, number | null>>;
    readonly follower: Readonly<Record<string, number | null>>;
  };
}

export interface EpisodeStepBody {
  readonly text: string;
  /** Probability of each strategy, in the order of the run's strategies; `null` where the leader did not decide. */
  readonly probabilities: readonly number[] | null;
  readonly forced: boolean;
  /** Whether the step was cut at its limit of tokens. */
  readonly cut: boolean;
  readonly tokens: number;
  /** Geometric mean of the probabilities of the tokens written; `null` where the follower cannot tell. */
  readonly confidence: number | null;
}

/** Runs against the first of them. */
export interface RunComparison {
  readonly settings: readonly SettingDifference[];
  readonly accuracies: readonly AccuracyDifference[];
}

/** A field of the configuration in which the runs differ. */
export interface SettingDifference {
  readonly path: string;
  /** As JSON, run by run; `null` where a run lacks the field. */
  readonly values: readonly (string | null)[];
}

/** Accuracy of one policy in a run and in the first one; fractions. */
export interface AccuracyDifference {
  /** Place of the run; the other is the first. */
  readonly run: number;
  readonly suite: string;
  readonly follower: string;
  readonly policy: string;
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  /** Effect size: 0.2 is small, 0.5 medium, 0.8 large. */
  readonly cohensH: number;
  /** Problems that both runs met; `null` where they met different ones, and the samples count as independent. */
  readonly paired: number | null;
  /** McNemar's test after Holm's adjustment for the whole table; `null` where nothing is paired. */
  readonly pHolm: number | null;
}
