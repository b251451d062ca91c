import type { z } from 'zod';
import type { AdvantageEstimator } from './advantage-estimator.js';
import type { ContinualMethod } from './continual-method.js';
import type { Follower } from './follower.js';
import type { Planner } from './planner.js';
import type { RewardRule } from './reward.js';
import type { StrategySet } from './strategy.js';
import type { SuiteCard } from './suite-card.js';
import type { TaskSuite } from './task-suite.js';
import type { Tracker } from './tracker.js';

/** What a provider may need to know of the run it creates something for. */
export interface ProviderContext {
  /** The run's seed; derive your own with `seedOf`. */
  readonly seed: number;
  /** The leader's action space. Strategy sets themselves are created before it is known and see the default set. */
  readonly strategySet: StrategySet;
  /** Absolute folder of the configuration; relative paths in options start here. */
  readonly configDirectory: string;
  /** Called while something is downloaded for the provider; most of the time there is nobody to call. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Called while the provider waits for something outside of it, with the reason in a sentence. */
  readonly onWaiting?: (reason: string) => void;
}

/** How far a download has come. */
export interface DownloadProgress {
  /** What is downloaded, as a person names it. */
  readonly file: string;
  /** Bytes that are here. */
  readonly received: number;
  /** Bytes of the whole, `null` where the source does not say. */
  readonly total: number | null;
}

/** Something a configuration can ask for by name. Make one with `defineProvider`. */
export interface Provider<Product> {
  /** One line for lists and documentation. */
  readonly description: string;
  /** For suites: what a reader wants to know before anything is downloaded. */
  readonly card?: SuiteCard;
  /** Validates the options, and yields their JSON Schema and documentation. */
  readonly options: z.ZodType;
  /** @param options what `this.options` made of the configured ones. */
  create(options: unknown, context: ProviderContext): Product | Promise<Product>;
}

/** What each kind of provider creates. */
export interface ProviderProducts {
  followers: Follower;
  planners: Planner;
  suites: TaskSuite;
  rewards: RewardRule;
  strategySets: StrategySet;
  estimators: AdvantageEstimator;
  trackers: Tracker;
  continualMethods: ContinualMethod;
}

export type ProviderKind = keyof ProviderProducts;

/** The kinds, and what one of each is called in messages. */
export const providerKinds: Readonly<Record<ProviderKind, string>> = {
  followers: 'follower',
  planners: 'planner',
  suites: 'suite',
  rewards: 'reward',
  strategySets: 'strategy set',
  estimators: 'advantage estimator',
  trackers: 'tracker',
  continualMethods: 'continual-learning method',
};

/** A package's contribution: providers by kind and name. A plug-in module exports one as its default export. */
export interface Plugin {
  readonly name: string;
  readonly provides: {
    readonly [Kind in ProviderKind]?: Readonly<Record<string, Provider<ProviderProducts[Kind]>>>;
  };
}

/** Checks a plug-in's types where it is written, and returns it as it is. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/** Lets `create` see its options with the type that the zod schema `options` gives them. */
export function defineProvider<Product, Options extends z.ZodType>(provider: {
  readonly description: string;
  readonly card?: SuiteCard;
  readonly options: Options;
  create(options: z.output<Options>, context: ProviderContext): Product | Promise<Product>;
}): Provider<Product> {
  return provider;
}
