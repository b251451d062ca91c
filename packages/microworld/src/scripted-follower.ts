import {
  FollowerError,
  Random,
  type Follower,
  type FollowerSession,
  type FollowerStep,
  type StepOptions,
  type Strategy,
} from '@rsim/core';
import { corpusErrorRates, type ErrorRates } from './error-rates.js';
import { formatValue, type Value } from './operation.js';
import type { ProgramIndex } from './program-index.js';
import { corrupt, SolutionDraft, type StepKind } from './solution-draft.js';
import { countTokens } from './vocabulary.js';

/** How the scripted follower misbehaves beyond the slips of the corpus, as a small language model does. */
export interface Misbehaviour {
  readonly errors: ErrorRates;
  /** A line written before any decomposition is garbled. */
  readonly garblesWithoutPlan: number;
  /** Asked for the answer too early, it still finds it. */
  readonly guessesEarly: number;
  /** Asked to go on past the end, it spoils the result with an invented line. */
  readonly spoilsPastEnd: number;
}

export const defaultMisbehaviour: Misbehaviour = {
  errors: { ...corpusErrorRates, slipEasy: 0.02, slipHard: 0.06, slipCareful: 0.03, slipValidating: 0.02 },
  garblesWithoutPlan: 0.25,
  guessesEarly: 0.12,
  spoilsPastEnd: 0.8,
};

/**
 * A follower in plain code that imitates the grammar the embedded followers were trained on, thousands of steps a
 * second: what stage 0 practises with. It knows the true programs; the planner still sees text only.
 */
export class ScriptedFollower implements Follower {
  readonly name = 'scripted';
  readonly parameters = null;

  constructor(
    readonly programs: ProgramIndex,
    readonly misbehaviour: Misbehaviour = defaultMisbehaviour,
  ) {}

  async open(question: string): Promise<FollowerSession> {
    const draft = new SolutionDraft(this.programs.find(question), this.misbehaviour.errors);
    return new ScriptedSession(draft, this.misbehaviour);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class ScriptedSession implements FollowerSession {
  #spoiled: string | null = null;

  constructor(
    readonly draft: SolutionDraft,
    readonly misbehaviour: Misbehaviour,
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    if (strategy === null) {
      throw new FollowerError('the scripted follower cannot go on without a strategy', {
        remedy: 'Use an embedded follower for unguided episodes.',
      });
    }
    const text = this.#write(strategy.id as StepKind, Random.of(options.seed));
    const needed = countTokens(text) + 2;
    const cut = needed > options.maxTokens;
    if (cut) this.#spoiled = '0';
    const isAnswer = strategy.id === 'termination';
    return {
      text: cut ? text.slice(0, Math.max(0, options.maxTokens - 2)) : text,
      tokens: [],
      logProbabilities: [],
      finish: cut ? 'length' : isAnswer ? 'answer' : 'stop',
      strategy: strategy.id,
      usage: { promptTokens: 1, budgetTokens: Math.min(needed, options.maxTokens) },
    };
  }

  async fork(): Promise<FollowerSession> {
    throw new FollowerError('the scripted follower cannot fork', { remedy: 'Open a second session instead.' });
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #write(kind: StepKind, random: Random): string {
    const { draft } = this;
    if (kind === 'termination') return `answer: ${this.#answer(random)}`;
    const goesOn = kind === 'continuation' || kind === 'deep-thinking';
    if (!draft.applicable().includes(kind)) return this.#offGrammar(kind, random);
    const next = draft.next();
    const text = draft.write(kind, random);
    if (goesOn && next && !draft.planned && random.next() < this.misbehaviour.garblesWithoutPlan) {
      draft.overwrite(next.name, corrupt(draft.values.get(next.name)!, random));
    }
    return text;
  }

  #answer(random: Random): string {
    const { draft } = this;
    if (this.#spoiled !== null) return this.#spoiled;
    if (draft.finalValue !== null) return formatValue(draft.finalValue);
    if (random.next() < this.misbehaviour.guessesEarly) return formatValue(draft.answer);
    return draft.lastValue === null ? '0' : formatValue(draft.lastValue);
  }

  /** What a language model writes when the strategy makes no sense here. */
  #offGrammar(kind: StepKind, random: Random): string {
    const { draft } = this;
    if (draft.next() !== null) return kind === 'decomposition' ? draft.write(kind, random) : 'looks fine';
    const goesOn = kind === 'continuation' || kind === 'deep-thinking' || kind === 'prioritization';
    return goesOn || kind === 'sub-planning' ? this.#pastTheEnd(draft.finalValue!, random) : 'looks fine';
  }

  #pastTheEnd(value: Value, random: Random): string {
    if (random.next() < this.misbehaviour.spoilsPastEnd) this.#spoiled = formatValue(corrupt(value, random));
    return `f=${formatValue(value)}=${this.#spoiled ?? formatValue(value)}`;
  }
}
