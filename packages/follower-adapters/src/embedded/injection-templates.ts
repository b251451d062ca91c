import { FollowerError, type Strategy } from '@rsim/core';

/**
 * What a follower is given in place of a strategy's natural-language prompt, by strategy id. Planners know strategies
 * by id only, so one planner serves followers with any template.
 */
export type InjectionTemplate = Readonly<Record<string, string>>;

/** The embedded followers were trained on one tag per strategy. */
export const strategyTags: InjectionTemplate = {
  'self-reflection': '<|self-reflection|>',
  decomposition: '<|decomposition|>',
  'deep-thinking': '<|deep-thinking|>',
  validation: '<|validation|>',
  summarization: '<|summarization|>',
  prioritization: '<|prioritization|>',
  'sub-planning': '<|sub-planning|>',
  continuation: '<|continuation|>',
  termination: '<|termination|>',
};

/** The tag after which a document ends with the answer. */
export const ANSWER_TAG = '<|termination|>';

/** @throws FollowerError when the template has nothing for this strategy */
export function renderInjection(template: InjectionTemplate, strategy: Pick<Strategy, 'id'>): string {
  if (!Object.hasOwn(template, strategy.id)) {
    throw new FollowerError(`The follower does not know the strategy "${strategy.id}".`, {
      code: 'strategy-unknown',
      remedy: `Use a strategy set with these ids only: ${Object.keys(template).join(', ')}.`,
    });
  }
  return template[strategy.id] as string;
}
