import { defineProvider, type Episode, type Provider, type RewardRule, type Role } from '@rsim/core';
import { z } from 'zod';

export interface RewardDefinition<Options extends z.ZodType> {
  /** The name in configurations and reports; also of the folder, the test and the page in docs/rewards. */
  readonly name: string;
  readonly role: Role;
  /** Weight in the role's composite reward where the configuration gives none. */
  readonly weight: number;
  /** One line for lists and documentation. */
  readonly description: string;
  readonly options: Options;
  /** As `RewardRule.score`, with the options the rule was created with. */
  score(episode: Episode, options: z.output<Options>): number | null;
}

/** A reward rule that can be made, by name from a configuration or directly. */
export interface RewardFactory<Options extends z.ZodType> {
  readonly name: string;
  readonly provider: Provider<RewardRule>;
  /** @throws z.ZodError when the options are not what the rule takes. */
  rule(options?: z.input<Options>): RewardRule;
}

/** Makes both ways to a rule, by code and by configuration, out of one definition. */
export function defineReward<Options extends z.ZodType>(definition: RewardDefinition<Options>): RewardFactory<Options> {
  const { name, role, weight, description } = definition;
  const make = (options: z.output<Options>): RewardRule => ({
    ...{ name, role, weight },
    score: (episode) => definition.score(episode, options),
  });
  return {
    name,
    provider: defineProvider({ description, options: definition.options, create: make }),
    rule: (options) => make(definition.options.parse(options ?? {})),
  };
}

/** The options of a rule that has none. */
export const noOptions = z.strictObject({});

/** The same rule with another weight, and other ones on some suites. */
export function withWeight(
  rule: RewardRule,
  weight: number,
  taskWeights: RewardRule['taskWeights'] = rule.taskWeights,
): RewardRule {
  return { name: rule.name, role: rule.role, weight, taskWeights, score: (episode) => rule.score(episode) };
}
