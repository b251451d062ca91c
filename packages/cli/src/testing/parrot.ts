import { definePlugin, defineProvider, type Follower, type FollowerSession, type Strategy } from '@rsim/core';
import { z } from 'zod';

/**
 * A follower for tests that answers 1 to everything, for a thousandth a step. With `interruptAt` it presses Ctrl-C, as it were, at that step of the
 * process, so that a test can stop a run at a place of its choosing.
 */
const parrot = defineProvider({
  description: 'Answers 1 to everything.',
  options: z.strictObject({}),
  create: (): Follower => {
    const interruptAt = Number(process.env['PARROT_INTERRUPTS_AT'] ?? Infinity);
    let steps = 0;
    const session = (): FollowerSession => ({
      step: async (strategy: Strategy | null) => {
        steps += 1;
        if (steps === interruptAt) process.emit('SIGINT');
        const answers = strategy === null || strategy.terminal;
        return {
          text: answers ? 'answer: 1' : 'a=1',
          tokens: [],
          logProbabilities: [],
          finish: answers ? 'answer' : 'stop',
          strategy: strategy?.id ?? null,
          usage: { promptTokens: 1, budgetTokens: 4 },
        };
      },
      fork: async () => session(),
      [Symbol.asyncDispose]: async () => undefined,
    });
    return {
      name: 'parrot',
      parameters: null,
      get usage() {
        const tokens = { promptTokens: 2 * steps, cachedTokens: steps, completionTokens: 4 * steps };
        return { requests: steps, retries: 0, steps, ...tokens, cost: steps / 1000 };
      },
      open: async () => session(),
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
});

export default definePlugin({ name: 'parrot', provides: { followers: { parrot } } });
