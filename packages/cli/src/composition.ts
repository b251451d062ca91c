import {
  checkCurriculum,
  ConfigError,
  defaultStrategies,
  PluginRegistry,
  terminalStrategy,
  TOKENS,
  type AdvantageEstimator,
  type ContinualMethod,
  type EpisodeEstimator,
  type Follower,
  type Planner,
  type ProviderContext,
  type RewardRule,
  type TaskSuite,
  type Tracker,
} from '@rsim/core';
import { withWeight } from '@rsim/rewards';
import { container, type DependencyContainer } from 'tsyringe';
import { BudgetedSuite } from './budgeted-suite.js';
import { builtInPlugins } from './built-in-plugins.js';
import { curriculumOf } from './curriculum-of.js';
import { downloadBars } from './download-progress.js';
import { sayUsage } from './follower-usage.js';
import { namedFollower } from './named-follower.js';
import type { LoadedConfig } from './load-config.js';
import { sayInstead } from './progress.js';

/** What a command needs besides the suites, the rewards and the strategies, which cost nothing. */
export interface Wanted {
  /** The follower the planner is trained with. */
  readonly follower?: boolean;
  readonly unseenFollowers?: boolean;
  readonly planner?: boolean;
  readonly trackers?: boolean;
}

/**
 * Everything a configuration asks for, made and put together; followers are given back when it is disposed, and those that count
 * it say what they were asked for.
 */
export class Composition implements AsyncDisposable {
  constructor(
    readonly container: DependencyContainer,
    readonly followers: readonly Follower[],
  ) {}

  async [Symbol.asyncDispose](): Promise<void> {
    for (const follower of this.followers) {
      sayUsage(follower);
      await follower[Symbol.asyncDispose]();
    }
    this.container.clearInstances();
  }
}

/** The plug-ins that come with rsim and those the configuration names. */
export async function loadRegistry({ config, directory }: LoadedConfig): Promise<PluginRegistry> {
  const registry = new PluginRegistry();
  for (const plugin of builtInPlugins) registry.register(plugin);
  await registry.load(config.plugins, directory);
  return registry;
}

/**
 * The one place where a configuration becomes objects. Nothing is written anywhere yet, so that whatever is wrong is
 * found before a run folder exists.
 *
 * @throws ConfigError, PluginError, WeightsError naming what is wrong and the remedy.
 */
export async function compose(loaded: LoadedConfig, wanted: Wanted): Promise<Composition> {
  const { config, directory } = loaded;
  const registry = await loadRegistry(loaded);
  for (const { reference, error } of registry.broken) {
    process.stderr.write(`warning: plug-in "${reference}" was left out: ${error.message}\n`);
  }
  const before: ProviderContext = { seed: config.seed, strategySet: defaultStrategies, configDirectory: directory };
  const strategySet = await registry.create('strategySets', config.strategySet, before, 'strategySet');
  terminalStrategy(strategySet);
  const context = { ...before, strategySet, onDownload: downloadBars() };

  const scope = container.createChildContainer();
  scope.register(TOKENS.config, { useValue: config });
  scope.register(TOKENS.registry, { useValue: registry });
  scope.register(TOKENS.strategySet, { useValue: strategySet });
  scope.register(TOKENS.suites, { useValue: await createSuites(loaded, registry, context) });
  scope.register(TOKENS.rewards, { useValue: await createRewards(loaded, registry, context) });
  if (wanted.trackers) scope.register(TOKENS.trackers, { useValue: await createTrackers(loaded, registry) });
  if (wanted.planner) {
    scope.register(TOKENS.planner, { useValue: await createPlanner(scope, loaded) });
    scope.register(TOKENS.estimators, { useValue: await createEstimators(loaded, registry, context) });
  }

  const followers: Follower[] = [];
  const composition = new Composition(scope, followers);
  const open = async (asked: AskedFollower, place: string): Promise<Follower> => {
    const follower = await createFollower(scope, loaded, asked, place);
    followers.push(follower);
    return follower;
  };
  try {
    if (wanted.follower) scope.register(TOKENS.follower, { useValue: await open(config.follower, 'follower') });
    if (wanted.unseenFollowers) {
      const unseen: Follower[] = [];
      for (const [index, asked] of config.unseenFollowers.entries()) {
        unseen.push(await open(asked, `unseenFollowers.${index}`));
      }
      scope.register(TOKENS.unseenFollowers, { useValue: unseen });
    }
    distinctNames(followers, 'followers');
    return composition;
  } catch (error) {
    await composition[Symbol.asyncDispose]();
    throw error;
  }
}

/** A follower as a configuration asks for it. */
export type AskedFollower = LoadedConfig['config']['follower'];

/**
 * A follower, open, under the label and with the time limit it is asked for with.
 *
 * @param place where it is asked for, for messages.
 */
export async function createFollower(
  scope: DependencyContainer,
  loaded: LoadedConfig,
  { label, stepSeconds, ...asked }: AskedFollower,
  place: string,
): Promise<Follower> {
  const onWaiting = (reason: string) => sayInstead(`waiting: ${reason}`);
  const context = { ...contextOf(scope, loaded), onWaiting };
  const follower = await scope.resolve(TOKENS.registry).create('followers', asked, context, place);
  if (label === undefined && stepSeconds === undefined) return follower;
  return namedFollower(follower, label ?? follower.name, stepSeconds === undefined ? {} : { stepSeconds });
}

/** A planner as the configuration wants it, with the initial weights of its seed. */
export function createPlanner(scope: DependencyContainer, loaded: LoadedConfig): Promise<Planner> {
  const context = contextOf(scope, loaded);
  return scope.resolve(TOKENS.registry).create('planners', loaded.config.planner, context, 'planner');
}

function contextOf(scope: DependencyContainer, { config, directory }: LoadedConfig): ProviderContext {
  const strategySet = scope.resolve(TOKENS.strategySet);
  return { seed: config.seed, strategySet, configDirectory: directory, onDownload: downloadBars() };
}

async function createEstimators(
  { config: { training } }: LoadedConfig,
  registry: PluginRegistry,
  context: ProviderContext,
) {
  const { stage0, stage2, estimator } = training;
  const create = (asked: typeof estimator, place: string) =>
    registry.create('estimators', asked, context, `training.${place}`);
  return {
    stage0: await create(stage0.estimator, 'stage0.estimator'),
    real: await create(estimator, 'estimator'),
    stage2: await create(stage2.estimator, 'stage2.estimator'),
    follower: byEpisode(await create(stage2.follower.estimator, 'stage2.follower.estimator')),
  };
}

/** @throws ConfigError when the follower's estimator needs value estimates, whichever the planner is. */
function byEpisode(estimator: AdvantageEstimator): EpisodeEstimator {
  if (estimator.level === 'episode') return estimator;
  throw new ConfigError(`the estimator "${estimator.name}" needs value estimates, and followers make none`, {
    remedy: 'Choose another training.stage2.follower.estimator, e.g. grpo.',
  });
}

/** The trackers of the configuration. Nothing is sent anywhere yet. @throws ConfigError, PluginError */
export async function createTrackers(
  { config, directory }: LoadedConfig,
  registry: PluginRegistry,
): Promise<Tracker[]> {
  const context: ProviderContext = {
    ...{ seed: config.seed, strategySet: defaultStrategies, configDirectory: directory },
  };
  const made = config.trackers.map((asked, index) => registry.create('trackers', asked, context, `trackers.${index}`));
  return Promise.all(made);
}

/** What the configuration does against forgetting; nothing where it does not say. */
export async function createContinualMethods(
  scope: DependencyContainer,
  { config, directory }: LoadedConfig,
): Promise<ContinualMethod[]> {
  const strategySet = scope.resolve(TOKENS.strategySet);
  const registry = scope.resolve(TOKENS.registry);
  const context: ProviderContext = { seed: config.seed, strategySet, configDirectory: directory };
  const methods: ContinualMethod[] = [];
  for (const [index, asked] of (config.continual?.methods ?? []).entries()) {
    methods.push(await registry.create('continualMethods', asked, context, `continual.methods.${index}`));
  }
  distinctNames(methods, 'continual.methods');
  return methods;
}

async function createSuites(
  { config }: LoadedConfig,
  registry: PluginRegistry,
  context: ProviderContext,
): Promise<TaskSuite[]> {
  const suites: TaskSuite[] = [];
  for (const [index, task] of config.tasks.entries()) {
    const { suite: name, options } = task;
    const suite = await registry.create('suites', { name, options }, context, `tasks.${index}`);
    const curriculum = curriculumOf(suite, task);
    if (curriculum !== undefined) checkCurriculum(curriculum, suite.levels, `tasks.${index}`);
    suites.push(new BudgetedSuite(suite, config.budget));
  }
  distinctNames(suites, 'tasks');
  return suites;
}

async function createRewards(
  { config }: LoadedConfig,
  registry: PluginRegistry,
  context: ProviderContext,
): Promise<RewardRule[]> {
  const rules: RewardRule[] = [];
  for (const [index, { weight, tasks, ...asked }] of config.rewards.entries()) {
    const rule = await registry.create('rewards', asked, context, `rewards.${index}`);
    rules.push(withWeight(rule, weight ?? rule.weight, tasks));
  }
  distinctNames(rules, 'rewards');
  return rules;
}

/** Results are filed by name, so two of one name would be mixed up. @throws ConfigError */
function distinctNames(things: readonly { readonly name: string }[], place: string): void {
  const names = things.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`${place}: "${twice}" is asked for twice`, { remedy: 'Name each of them once.' });
  }
}
