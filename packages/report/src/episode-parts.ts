import { z } from 'zod';
import type { EpisodeBody, EpisodeEntry, EpisodeStatus, EpisodeStepBody, ProblemEntry } from './report-data.js';

/** Longest text of one step or question that a page holds, in characters. */
export const longestText = 20_000;

const scores = z.record(z.string(), z.number().nullable());

/** As much of an episode's record as a page needs. A line that has less is damaged. */
const recordSchema = z.object({
  phase: z.string(),
  iteration: z.number().nullable(),
  policy: z.string(),
  episode: z.object({
    problem: z.object({
      key: z.string(),
      suite: z.string(),
      level: z.number(),
      question: z.string(),
      answer: z.string(),
    }),
    sample: z.number(),
    seed: z.number(),
    follower: z.string(),
    planner: z.string().nullable(),
    steps: z.array(
      z.object({
        decision: z.object({ probabilities: z.array(z.number()) }).nullable(),
        strategy: z.string().nullable(),
        forced: z.boolean(),
        text: z.string(),
        logProbabilities: z.array(z.number()),
        finish: z.string(),
        budgetTokens: z.number(),
      }),
    ),
    end: z.string(),
    verdict: z
      .object({
        status: z.enum(['correct', 'wrong', 'unparsed', 'timeout']),
        extracted: z.string().nullable(),
      })
      .nullable(),
    rewards: z.object({ leader: scores, follower: scores }),
    budgetTokens: z.number(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
});

/** A line of `episodes.jsonl`, as far as it was read. */
export type ReadEpisode = z.infer<typeof recordSchema>;

/** The record of a line of `episodes.jsonl`, or `null` where the line is none. */
export function asEpisodeRecord(json: unknown): ReadEpisode | null {
  const parsed = recordSchema.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/** Divides the episodes of a run into what lists them and what shows them; problems and strategies are named once. */
export class EpisodeDivider {
  readonly problems: ProblemEntry[] = [];
  readonly #problemPlaces = new Map<string, number>();

  /** @param strategies ids in the order of the leader's actions; those met on the way are added. */
  constructor(readonly strategies: string[]) {}

  divide({ phase, iteration, policy, episode }: ReadEpisode): {
    readonly entry: EpisodeEntry;
    readonly body: EpisodeBody;
  } {
    const { planner, seed, sample, end, error, rewards } = episode;
    const entry = {
      ...{ problem: this.#place(episode.problem), phase, iteration, policy, follower: episode.follower },
      status: statusOf(episode),
      extracted: episode.verdict?.extracted ?? null,
      strategies: episode.steps.map(({ strategy }) => (strategy === null ? -1 : this.#strategyPlace(strategy))),
      tokens: episode.budgetTokens,
    };
    const message = error === null ? null : `${error.code}: ${error.message}`;
    return { entry, body: { planner, seed, sample, end, error: message, steps: episode.steps.map(stepBody), rewards } };
  }

  #place({ key, suite, level, question, answer }: ProblemEntry): number {
    const known = this.#problemPlaces.get(key);
    if (known !== undefined) return known;
    this.#problemPlaces.set(key, this.problems.length);
    return this.problems.push({ key, suite, level, question: shortened(question), answer: shortened(answer) }) - 1;
  }

  #strategyPlace(id: string): number {
    const place = this.strategies.indexOf(id);
    return place >= 0 ? place : this.strategies.push(id) - 1;
  }
}

function statusOf({ verdict, error }: Pick<ReadEpisode['episode'], 'verdict' | 'error'>): EpisodeStatus {
  return error === null ? (verdict?.status ?? 'unjudged') : 'error';
}

function stepBody(step: ReadEpisode['episode']['steps'][number]): EpisodeStepBody {
  const { decision, text, forced, finish, budgetTokens, logProbabilities } = step;
  return {
    text: shortened(text),
    probabilities: decision === null ? null : decision.probabilities.map(rounded),
    forced,
    cut: finish === 'length',
    tokens: budgetTokens,
    confidence: logProbabilities.length === 0 ? null : rounded(Math.exp(mean(logProbabilities))),
  };
}

function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)} … (${text.length} characters)`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** To three places after the point: a page shows percentages. */
function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}
