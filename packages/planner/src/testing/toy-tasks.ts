import { contentKey, Random, splitOf } from '@rsim/core';
import type { Follower, FollowerSession, FollowerStep, Problem, StepOptions, Strategy, TaskSuite } from '@rsim/core';

/**
 * A task whose questions all speak of `word`, and whose answer is right when the leader begins with `wanted` and ends at
 * once. Tasks with other words and other strategies want opposite habits from one planner.
 */
export function toyTask(word: string, wanted: string): TaskSuite<string> {
  return {
    name: word,
    title: word,
    domain: 'test',
    levels: [1],
    budget: { steps: 3, tokens: 60, answerTokens: 4 },
    *problems({ split, seed }) {
      const random = Random.of(seed, 'toy-task', word);
      for (;;) {
        // Most of the text is the same in every task, so that what is learned in one reaches the others.
        const question = `Say how many parts in all there are to be seen when one ${word} has ${random.integer(1, 9999)}.`;
        const problem: Problem<string> = {
          ...{ key: contentKey(word, question), suite: word, level: 1, question },
          ...{ answer: 'right', data: wanted },
        };
        if (splitOf(problem.key) === split) yield problem;
      }
    },
    verify: (problem, text) => ({
      status: text === `did ${problem.data}` ? 'correct' : 'wrong',
      score: text === `did ${problem.data}` ? 1 : 0,
      extracted: text,
    }),
    goldText: ({ data }) => `did ${data}`,
  };
}

/** Answers with what it was told to do before. */
export class ObedientFollower implements Follower {
  readonly name = 'obedient';
  readonly parameters = 0;

  open(): Promise<FollowerSession> {
    return Promise.resolve(new ObedientSession([]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

class ObedientSession implements FollowerSession {
  constructor(private readonly done: string[]) {}

  step(strategy: Strategy | null, { maxTokens }: StepOptions): Promise<FollowerStep> {
    const id = strategy?.id ?? 'continuation';
    const last = strategy?.terminal === true;
    const text = last ? `did ${this.done.join(' and ')}` : 'done';
    if (!last) this.done.push(id);
    return Promise.resolve({
      ...{ text, tokens: [], logProbabilities: [], finish: last ? 'answer' : 'stop', strategy: id },
      usage: { promptTokens: 0, budgetTokens: Math.min(maxTokens, 5) },
    });
  }

  fork(): Promise<FollowerSession> {
    return Promise.resolve(new ObedientSession([...this.done]));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
