import { describe, expect, it } from 'vitest';

import { SessionState, stepWithoutRoom } from './session-state.js';

const options = { maxTokens: 4, temperature: 1, seed: 1 };

describe('SessionState', () => {
  it('takes one step after another', () => {
    const state = new SessionState();
    state.beginStep(options);
    expect(() => state.beginStep(options)).toThrow(/cannot step: a step is under way/);
    expect(() => state.fork()).toThrow(/cannot fork: a step is under way/);
    state.cancelStep();
    state.beginStep(options);
    state.endStep(false);
    state.beginStep(options);
    state.failStep();
    expect(() => state.beginStep(options)).toThrow(/an earlier step failed/);
  });

  it('takes no step after the answer, and nor does its fork', () => {
    const state = new SessionState();
    state.beginStep(options);
    state.endStep(true);
    expect(() => state.beginStep(options)).toThrow(/has given its answer/);
    expect(() => state.fork().beginStep(options)).toThrow(/has given its answer/);
  });

  it('is disposed of once, and for good', () => {
    const state = new SessionState();
    state.beginStep(options);
    expect([state.dispose(), state.dispose()]).toEqual([true, false]);
    state.endStep(false);
    expect(() => state.beginStep(options)).toThrow(/disposed of/);
  });

  it.each([{ maxTokens: 0 }, { maxTokens: 1.5 }, { temperature: -1 }, { temperature: Number.NaN }])(
    'refuses a step with %o',
    (changes) => {
      expect(() => new SessionState().beginStep({ ...options, ...changes })).toThrow(/A step cannot have/);
    },
  );
});

it("an injection may take all of a step; a larger one spends the budget, but not the answer's", () => {
  const strategy = { id: 'look-back', title: 'Look back', prompt: 'Look back.', terminal: false };
  expect(stepWithoutRoom(strategy, 4, 4)).toBeNull();
  expect(stepWithoutRoom(strategy, 5, 4)).toMatchObject({ text: '', finish: 'length', usage: { budgetTokens: 4 } });
  expect(() => stepWithoutRoom({ ...strategy, terminal: true }, 5, 4)).toThrow(/takes 5 tokens/);
});
