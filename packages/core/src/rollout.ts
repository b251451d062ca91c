import type { Budget } from './budget.js';
import { DeadlineExceeded } from './deadline.js';
import type { Episode, EpisodeError, EpisodeStep } from './episode.js';
import { messageOf, RsimError, VerifierError } from './errors.js';
import type { FollowerSession, FollowerStep } from './follower.js';
import type { Decision, PlannerState } from './planner.js';
import type { Problem } from './problem.js';
import { seedOf } from './random.js';
import type { RewardRule } from './reward.js';
import type { Strategy } from './strategy.js';
import type { TaskSuite } from './task-suite.js';
import type { Verdict } from './verdict.js';

/** What a rollout does next: who decided, which strategy is injected (`null`: the follower's own choice), what it may cost. */
interface Move {
  readonly decision: Decision | null;
  readonly strategy: Strategy | null;
  readonly forced: boolean;
  readonly maxTokens: number;
}

/** What all episodes of one run of the loop have in common. */
export interface RolloutSettings {
  readonly seed: number;
  readonly follower: string;
  readonly planner: string | null;
  readonly rewards: readonly RewardRule[];
  /** The strategy that demands the answer. */
  readonly terminal: Strategy;
}

/** An episode while it is being lived: knows what it may still spend, and becomes an `Episode` when it is over. */
export class Rollout {
  readonly key: string;
  /** What the leader sees. One object for the whole episode; it only ever grows. */
  readonly state: PlannerState & { readonly steps: { strategy: string; text: string }[] };
  session: FollowerSession | null = null;
  #move: Move | null = null;
  readonly #steps: EpisodeStep[] = [];
  #budgetTokens = 0;
  #end: Episode['end'] | null = null;
  #error: EpisodeError | null = null;
  #verdict: Verdict | null = null;
  readonly #startedAt = performance.now();

  /** @param place where its episode goes among those that are returned. */
  constructor(
    readonly place: number,
    readonly problem: Problem,
    readonly suite: TaskSuite,
    readonly sample: number,
    readonly budget: Budget,
    readonly settings: RolloutSettings,
  ) {
    this.key = `${problem.key}/${sample}`;
    this.state = { question: problem.question, steps: [] };
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  get failed(): boolean {
    return this.#error !== null;
  }

  /** The text of the last step: the final answer, once the rollout has ended. */
  get finalText(): string {
    return this.#steps.at(-1)?.text ?? '';
  }

  /** Whether the budget leaves nothing but the answer. */
  get spent(): boolean {
    return this.#limit() !== null;
  }

  /** Most tokens the planned move may cost. */
  get maxTokens(): number {
    return this.#move?.maxTokens ?? 0;
  }

  /** The seed of one role's random stream at the next step, the same whatever else runs beside this rollout. */
  stepSeed(role: 'follower' | 'planner'): number {
    return seedOf(this.settings.seed, this.problem.key, this.sample, this.#steps.length, role);
  }

  /** Sets out the next move. The answer has its own reserve, whoever demands it; every other step shares the rest. */
  plan(choice: Strategy | null, decision: Decision | null): void {
    const forced = this.spent;
    const strategy = forced ? this.settings.terminal : choice;
    const maxTokens = strategy?.terminal === true ? this.budget.answerTokens : this.#tokensLeft();
    this.#move = { decision: forced ? null : decision, strategy, forced, maxTokens };
  }

  /** Has the follower carry out the planned move. */
  async act(temperature: number, signal: AbortSignal): Promise<FollowerStep> {
    if (this.session === null || this.#move === null) throw new Error(`episode ${this.key} has nothing to do`);
    const { strategy, maxTokens } = this.#move;
    return this.session.step(strategy, { maxTokens, temperature, seed: this.stepSeed('follower'), signal });
  }

  /** Takes down the planned move as carried out, and whether it was the last. */
  record({ text, tokens, logProbabilities, finish, usage, ...written }: FollowerStep): void {
    if (this.#move === null) throw new Error(`episode ${this.key} had nothing to do`);
    const { decision, forced } = this.#move;
    const strategy = this.#move.strategy?.id ?? written.strategy;
    this.#end = this.#endAfter(this.#move, strategy, finish);
    this.#steps.push({
      ...{ decision, strategy, forced, text, tokens, logProbabilities, finish },
      budgetTokens: usage.budgetTokens,
    });
    this.#budgetTokens += usage.budgetTokens;
    if (strategy !== null) this.state.steps.push({ strategy, text });
    this.#move = null;
  }

  #endAfter(move: Move, strategy: string | null, finish: FollowerStep['finish']): Episode['end'] | null {
    if (move.forced) return this.#limit();
    if (move.strategy?.terminal === true) return 'termination';
    // Unguided: an answer the follower began itself but could not finish is demanded again.
    const answered = finish === 'answer' || (strategy === this.settings.terminal.id && finish === 'stop');
    return answered ? 'answer' : null;
  }

  judge(verdict: Verdict): void {
    this.#verdict = verdict;
  }

  /** Ends the rollout with an error record; what was thrown may be anything. */
  fail(who: 'follower' | 'planner' | 'verifier', thrown: unknown): void {
    const kind = thrown instanceof DeadlineExceeded ? 'timeout' : 'failed';
    const code = thrown instanceof RsimError ? thrown.code : `${who}-${kind}`;
    this.#end = 'error';
    this.#verdict = null;
    const remedy =
      code === 'follower-timeout' && kind === 'timeout' ? '; one that is slow needs larger `stepSeconds`' : '';
    this.#error = { code, message: `${messageOf(thrown)}${remedy}` };
  }

  /** The finished episode, scored by every rule. A rule that fails makes it an episode that failed. */
  finish(): Episode {
    if (!this.failed) {
      try {
        const unscored = this.#episode({ leader: {}, follower: {} });
        return this.#episode(this.#rewards((rule) => scoreOf(rule, unscored)));
      } catch (thrown) {
        this.fail('verifier', thrown);
      }
    }
    return this.#episode(this.#rewards(() => null));
  }

  #rewards(score: (rule: RewardRule) => number | null): Episode['rewards'] {
    const rewards: Record<RewardRule['role'], Record<string, number | null>> = { leader: {}, follower: {} };
    for (const rule of this.settings.rewards) rewards[rule.role][rule.name] = score(rule);
    return rewards;
  }

  #episode(rewards: Episode['rewards']): Episode {
    const { key, suite, level, question, answer } = this.problem;
    return {
      key: this.key,
      problem: { key, suite, level, question, answer },
      sample: this.sample,
      seed: this.settings.seed,
      follower: this.settings.follower,
      planner: this.settings.planner,
      steps: this.#steps,
      end: this.#end ?? 'error',
      verdict: this.#verdict,
      rewards,
      budgetTokens: this.#budgetTokens,
      seconds: (performance.now() - this.#startedAt) / 1000,
      error: this.#error,
    };
  }

  #tokensLeft(): number {
    return this.budget.tokens - this.budget.answerTokens - this.#budgetTokens;
  }

  #limit(): 'step-limit' | 'token-limit' | null {
    if (this.#steps.length >= this.budget.steps) return 'step-limit';
    return this.#tokensLeft() < 1 ? 'token-limit' : null;
  }
}

function scoreOf(rule: RewardRule, episode: Episode): number | null {
  const score = rule.score(episode);
  if (score !== null && !Number.isFinite(score)) {
    throw new VerifierError(`reward rule "${rule.name}" scored ${score} on episode ${episode.key}`, {
      remedy: 'A rule returns a finite number, or null when it has nothing to say.',
    });
  }
  return score;
}
