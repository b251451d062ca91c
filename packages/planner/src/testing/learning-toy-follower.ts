import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, FollowerError, Random } from '@rsim/core';
import type {
  Episode,
  FollowerBatch,
  FollowerSession,
  FollowerStep,
  FollowerUpdate,
  FrozenFollower,
  StepOptions,
  Strategy,
  TrainableFollower,
  Transcript,
} from '@rsim/core';
import { ToyFollower } from './toy-world.js';

const [about, exact, question] = [0, 1, 2];

/**
 * A toy follower with one weight: how likely a part is worked out exactly instead of only "about". Written is one token for
 * every `continuation`; everything else is as {@link ToyFollower} has it.
 */
export class LearningToyFollower extends ToyFollower implements TrainableFollower {
  override readonly name = 'learning-toy';
  override readonly parameters = 1;
  /** Log-odds of `exact`. */
  logit = 0;

  override async open(text: string): Promise<FollowerSession> {
    return new LearningToySession(await super.open(text), this);
  }

  tokenOf({ seed, temperature }: StepOptions): number {
    return Random.of(seed, 'token').weighted(this.chances(temperature));
  }

  protected override isVague(options: StepOptions): boolean {
    return this.tokenOf(options) === about;
  }

  chances(temperature = 1): readonly [number, number] {
    const likely = 1 / (1 + Math.exp(-this.logit / temperature));
    return [1 - likely, likely];
  }

  transcript({ steps }: Pick<Episode, 'steps'>): Transcript {
    const written = steps.flatMap(({ tokens }) => tokens);
    return {
      tokens: [question, ...written],
      logProbabilities: [null, ...steps.flatMap(({ logProbabilities }) => logProbabilities)],
    };
  }

  logProbabilities(sequences: readonly (readonly number[])[], temperature = 1): Promise<number[][]> {
    const chances = this.chances(temperature);
    return Promise.resolve(
      sequences.map((tokens) => tokens.map((token) => (token === question ? 0 : Math.log(chances[token]!)))),
    );
  }

  freeze(): FrozenFollower {
    const frozen = new LearningToyFollower();
    frozen.logit = this.logit;
    return { logProbabilities: (...asked) => frozen.logProbabilities(...asked), [Symbol.dispose]: () => undefined };
  }

  async update({ sequences, learningRate, temperature = 1 }: FollowerBatch): Promise<FollowerUpdate> {
    const [unlikely, likely] = this.chances(temperature);
    let [slope, tokens] = [0, 0];
    for (const sequence of sequences) {
      sequence.tokens.forEach((token, place) => {
        if (sequence.oldLogProbabilities[place] === null) return;
        tokens += 1;
        slope += (sequence.advantages[place]! * ((token === exact ? 1 : 0) - likely)) / temperature;
      });
    }
    if (!Number.isFinite(slope)) {
      throw new FollowerError('not finite', { code: 'update-not-finite', remedy: 'Look at the advantages.' });
    }
    this.logit += (learningRate * slope) / Math.max(1, tokens);
    const entropy = -(likely * Math.log(likely) + unlikely * Math.log(unlikely));
    const norm = Math.abs(slope / Math.max(1, tokens));
    const sameRatios = { smallestRatio: 1, largestRatio: 1, clipFraction: 0 };
    return { loss: -norm, entropy, kl: null, tokens, gradientNorm: norm, ...sameRatios };
  }

  async save(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'logit'), JSON.stringify(this.logit));
  }

  async load(folder: string): Promise<void> {
    try {
      this.logit = JSON.parse(await readFile(join(folder, 'logit'), 'utf8')) as number;
    } catch (cause) {
      throw new CheckpointError(`no toy in ${folder}`, { remedy: 'Save one.', cause });
    }
  }
}

class LearningToySession implements FollowerSession {
  constructor(
    private readonly toy: FollowerSession,
    private readonly follower: LearningToyFollower,
  ) {}

  async step(strategy: Strategy | null, options: StepOptions): Promise<FollowerStep> {
    const step = await this.toy.step(strategy, options);
    if ((strategy?.id ?? 'continuation') !== 'continuation') return step;
    const token = this.follower.tokenOf(options);
    return { ...step, tokens: [token], logProbabilities: [Math.log(this.follower.chances()[token]!)] };
  }

  async fork(): Promise<FollowerSession> {
    return new LearningToySession(await this.toy.fork(), this.follower);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
