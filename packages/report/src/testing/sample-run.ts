import { defaultStrategies, Random, type Episode } from '@rsim/core';
import { describeEnvironment, RunFolder } from '@rsim/tracking';

export interface SampleRunOptions {
  readonly seed?: number;
  readonly iterations?: number;
  /** Problems of the evaluation; each is met by every policy. */
  readonly problems?: number;
  /** Episodes kept of each iteration. */
  readonly perIteration?: number;
  /** What the follower writes in each step, in place of short arithmetic. */
  readonly text?: (random: Random) => string;
  readonly finished?: boolean;
  readonly config?: Readonly<Record<string, unknown>>;
}

export const sampleSuites = ['word-problems', 'list-programs', 'table-questions'];
export const samplePolicies = ['planner', 'alone', 'random', 'self-consistency'];
const { strategies } = defaultStrategies;

/** Writes a run such as training and evaluation write it, from random numbers, through the run folder itself. */
export function writeSampleRun(path: string, options: SampleRunOptions = {}): void {
  const { seed = 1, iterations = 6, problems = 4, perIteration = 1, finished = true, config } = options;
  const environment = describeEnvironment({ versions: { rsim: '0.1.0' }, configDirectory: 'runs' });
  using run = RunFolder.open(path, { config: { seed, ...sampleConfig, ...config }, environment });
  const random = Random.of(seed, 'sample-run');
  run.journal('started');
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    run.journal('iteration', sampleRecord(iteration, iterations, random));
    for (let kept = 0; kept < perIteration; kept += 1) {
      const episode = sampleEpisode(iteration * perIteration + kept, 'planner', random, options.text);
      run.recordEpisode({ phase: 'real', iteration, policy: 'planner', episode });
    }
  }
  for (const policy of samplePolicies) {
    for (let problem = 0; problem < problems; problem += 1) {
      const episode = sampleEpisode(1e6 + problem, policy, random, options.text);
      run.recordEpisode({ phase: 'evaluate', iteration: null, policy, episode });
    }
  }
  if (!finished) return;
  run.write('results.json', sampleResults(random));
  run.journal('finished', { seconds: 90, peakMemoryMegabytes: 300 });
}

const sampleConfig = {
  tasks: sampleSuites.map((suite) => ({ suite, options: {} })),
  strategySet: { name: 'rsim-nine', options: {} },
  follower: { name: 'embedded', options: { model: 'nano' } },
  planner: { name: 'gru', options: {} },
  training: { iterations: 6, learningRate: 0.003 },
};

/** Numbers that rise or fall as those of a training do. */
export function sampleRecord(iteration: number, iterations: number, random: Random): Record<string, unknown> {
  const done = iteration / iterations;
  const about = (value: number, spread: number) => value + spread * (random.next() - 0.5);
  const accuracy = (start: number) => Math.min(1, Math.max(0, about(start + 0.5 * (1 - Math.exp(-3 * done)), 0.12)));
  const uses = strategies.map((_, place) => about(place === 3 ? 0.1 + done : place === 7 ? 1.4 - done : 0.2, 0.05));
  const total = uses.reduce((sum, use) => sum + use, 0);
  return {
    ...{ stage: 'real', iteration, iterations, episodes: 192, episodesSoFar: 192 * iteration, errors: 0 },
    accuracy: accuracy(0.25),
    accuracyBySuite: Object.fromEntries(sampleSuites.map((suite, place) => [suite, accuracy(0.15 + 0.1 * place)])),
    rewards: {
      'leader-accuracy': accuracy(0.25),
      'leader-termination': about(0.6 + 0.3 * done, 0.08),
      'leader-repetition': about(-0.1 + 0.1 * done, 0.02),
    },
    terminationRate: Math.min(1, about(0.6 + 0.3 * done, 0.08)),
    ...{ steps: about(9 - 2 * done, 0.8), budgetTokens: about(120 - 20 * done, 12) },
    strategyUse: Object.fromEntries(strategies.map(({ id }, place) => [id, (uses[place] ?? 0) / total])),
    settings: { epochs: 3, learningRate: 0.003 * (1 - done / 2), entropy: 0.01 },
    update: {
      groups: { all: 24, used: 20, withoutVariance: 4, tooSmall: 0 },
      policy: {
        ...{ decisions: 1100, loss: about(-0.02, 0.04), entropy: about(1.6 * Math.exp(-2 * done) + 0.1, 0.08) },
        ...{ clipFraction: about(0.06, 0.04), divergence: about(0.02, 0.02) },
      },
      gradientNorm: about(0.3, 0.2),
    },
    seconds: { episodes: about(0.5, 0.1), update: about(0.3, 0.05) },
  };
}

export function sampleEpisode(
  number: number,
  policy: string,
  random: Random,
  text?: SampleRunOptions['text'],
): Episode {
  const suite = sampleSuites[number % sampleSuites.length] as string;
  // The same problem asks the same, whatever the run.
  const asked = Random.of(number, 'sample-problem');
  const values = Array.from({ length: 6 }, () => asked.integer(2, 90));
  const right = random.next() < (policy === 'planner' ? 0.7 : 0.3);
  const answer = String(100 + (number % 400));
  const extracted = right ? answer : String(values[0]);
  const key = number.toString(16).padStart(16, '0');
  const led = policy !== 'alone' && policy !== 'self-consistency';
  const steps = Array.from({ length: random.integer(3, 10) }, (_, index) => {
    const weights = strategies.map(() => random.next() ** 6);
    const place = index === 0 ? 1 : random.integer(0, 7);
    weights[place] = 2;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const probabilities = weights.map((weight) => weight / total);
    const strategy = (strategies[place] as { id: string }).id;
    const logProbability = Math.log(probabilities[place] as number);
    const written = `a${index}=${values[index % 6]}+${random.integer(2, 90)}*${values[(index + 1) % 6]}=${random.integer(2, 5000)}`;
    return {
      decision: led ? { strategy, logProbability, probabilities } : null,
      ...{
        strategy,
        forced: false,
        text: text?.(random) ?? written,
        tokens: [],
        finish: 'stop' as const,
        budgetTokens: 14,
      },
      logProbabilities: Array.from({ length: 8 }, () => -random.next() / 4),
    };
  });
  return {
    key: `${key}/0`,
    problem: {
      ...{ key, suite, level: 2 + (number % 3), answer },
      question: `Ana has ${values[0]} cards. Ben has ${values[1]}. Cem starts with as many as Ana, gets ${values[2]} more and gives half of them away. How many has he (${number})?`,
    },
    ...{ sample: 0, seed: number, follower: 'nano', planner: led ? 'gru' : null },
    steps,
    end: led ? 'termination' : 'answer',
    verdict: { status: right ? 'correct' : 'wrong', score: right ? 1 : 0, extracted },
    rewards: {
      leader: { 'leader-accuracy': right ? 1 : 0, 'leader-termination': 1, 'leader-repetition': null },
      follower: { 'follower-accuracy': right ? 1 : 0 },
    },
    ...{ budgetTokens: 14 * steps.length, seconds: 0.2, error: null },
  };
}

function sampleResults(random: Random) {
  const rows = samplePolicies.flatMap((policy, place) =>
    [...sampleSuites, 'all'].map((suite) => {
      const accuracy = 0.7 - 0.15 * place + 0.06 * random.next();
      return {
        ...{ suite, split: 'test', follower: 'nano', followerParameters: 160_192, policy, seed: 'all', n: 300 },
        ...{
          trainedOn: policy === 'planner' ? 'nano' : null,
          accuracy,
          ciLow: accuracy - 0.03,
          ciHigh: accuracy + 0.03,
        },
        ...{ tokensPerProblem: 110 - 12 * place, secondsPerProblem: 0.01 - 0.001 * place },
      };
    }),
  );
  const comparisons = samplePolicies.slice(1).map((baseline, place) => ({
    ...{ suite: 'all', follower: 'nano', policy: 'planner', baseline, n: 900 },
    ...{
      difference: 0.15 * (place + 1),
      ciLow: 0.12 * (place + 1),
      ciHigh: 0.18 * (place + 1),
      pMcNemar: 1e-9,
      pHolm: 3e-9,
    },
  }));
  return {
    ...{ schema: 'rsim.results/1', level: 0.95, comparisons, pooled: rows },
    rows: rows.filter(({ suite }) => suite !== 'all').map((row) => ({ ...row, seed: 1 })),
  };
}
