/**
 * Measures shipped followers on the validation split and writes their model cards: `measure.ts NAME… [--problems 200]`.
 * Alone, with the oracle that may check, and with the best oracle that may not, under each suite's own budget.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultStrategies, runEpisodes, take, type Episode, type Planner } from '@rsim/core';
import { openEmbeddedFollower } from '@rsim/follower-adapters';
import { defaultMixture, judgeStep, Oracle, ProgramIndex, type OracleOptions } from '@rsim/microworld';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';
import { modelFolder } from './model-folder.js';

const temperature = 0.7;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { problems: { type: 'string', default: '200' } },
});
const programs = new ProgramIndex();
const suites = [wordProblems(), listPrograms(), tableQuestions()].map((suite) => {
  const problems = take(programs.watch(suite).problems({ split: 'validation', seed: 7 }), Number(values.problems));
  return { suite, problems };
});
const budgets = new Map(suites.flatMap(({ suite, problems }) => problems.map((each) => [each.question, suite.budget])));
const strategies = defaultStrategies.strategies.map(({ id }) => id);
const tokens = (question: string) => budgets.get(question)!.tokens - budgets.get(question)!.answerTokens;
const oracle = (mayCheck: boolean, careful: OracleOptions['careful']) =>
  new Oracle(programs, { strategies, mayCheck, careful, tokens });
const policies: Readonly<Record<string, Planner | null>> = {
  alone: null,
  oracle: oracle(true, 'sums'),
  'oracle without checks': oracle(false, 'hard'),
};

for (const name of positionals) {
  const follower = await openEmbeddedFollower(name);
  const lines: string[] = [];
  for (const { suite, problems } of suites) {
    for (const [policy, planner] of Object.entries(policies)) {
      const episodes = await runEpisodes({
        problems: problems.map((problem) => ({ problem, suite })),
        samples: 1,
        follower,
        planner,
        strategySet: defaultStrategies,
        rewards: [],
        temperature,
        greedy: true,
        seed: 7,
      });
      const failed = episodes.find(({ error }) => error !== null);
      if (failed) throw new Error(`${name} on ${suite.name}: ${failed.error!.message}`);
      lines.push(
        `| ${suite.name} | ${policy} | ${percent(episodes)} | ${meanTokens(episodes)} | ${checks(episodes)} |`,
      );
      process.stderr.write(`${name} ${lines.at(-1)!}\n`);
    }
  }
  await follower[Symbol.asyncDispose]();
  writeFileSync(join(modelFolder(name), 'README.md'), card(name, lines));
}

function percent(episodes: readonly Episode[]): string {
  const share = episodes.filter(({ verdict }) => verdict?.status === 'correct').length / episodes.length;
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / episodes.length);
  return `${(100 * share).toFixed(1)} ± ${(100 * margin).toFixed(1)}`;
}

function meanTokens(episodes: readonly Episode[]): string {
  return (episodes.reduce((sum, { budgetTokens }) => sum + budgetTokens, 0) / episodes.length).toFixed(0);
}

/** How often a validation leaves the right value. */
function checks(episodes: readonly Episode[]): string {
  const verdicts = episodes.flatMap((episode) =>
    episode.steps.flatMap((step, index) =>
      step.strategy === 'validation' ? [judgeStep(programs.find(episode.problem.question), episode.steps, index)] : [],
    ),
  );
  if (verdicts.length === 0) return '–';
  return `${((100 * verdicts.filter((each) => each === 'right').length) / verdicts.length).toFixed(0)} % of ${verdicts.length}`;
}

function card(name: string, measured: readonly string[]): string {
  const training = JSON.parse(readFileSync(join(modelFolder(name), 'training.json'), 'utf8'));
  const { parameters, tokensSeen, recipe, lossCurve } = training;
  const mixture = { ...defaultMixture, ...recipe.mixture };
  const errors = Object.entries(mixture.errors).map(([kind, rate]) => `${kind} ${String(rate)}`);
  const every = Math.max(1, Math.ceil(lossCurve.length / 12));
  const curve = lossCurve.filter((_: unknown, index: number) => (lossCurve.length - 1 - index) % every === 0);
  return `# ${name}

A decoder-only language model (Llama architecture) that solves small multi-step problems step by step, each step under a
strategy tag. A good executor and, like a base model, a poor strategist: that is what it is for.

| | |
|---|---|
| parameters | ${parameters.toLocaleString('en')} |
| shape | hidden ${recipe.decoder.hidden}, feed-forward ${recipe.decoder.intermediate}, ${recipe.decoder.layers} layers, ${recipe.decoder.heads} heads |
| tokens seen | ${(tokensSeen / 1e6).toFixed(1)} million, each document once |
| optimiser | Muon (matrices) and AdamW (embedding, norms), cosine schedule from ${recipe.learningRate}, ${training.batchTokens ?? 4000} tokens a step |
| seed | ${recipe.seed} |

## Corpus

Problems of the train split of \`word-problems\`, \`list-programs\` and \`table-questions\`. Kinds of document, by weight: direct answers ${mixture.direct},
sloppy solutions ${mixture.sloppy}, strategy-tagged solutions ${mixture.tagged}, calculations ${mixture.drills}, drills in checking ${mixture.checkingDrills}. The slips in the
solutions are written in on purpose, at these rates: ${errors.join(', ')}.

## Loss

Cross-entropy (natural log) on the tokens that count, mean of 200 steps:

| million tokens | loss |
|---|---|
${curve.map(([seen, loss]: [number, number]) => `| ${(seen / 1e6).toFixed(1)} | ${loss.toFixed(4)} |`).join('\n')}

## Accuracy

Validation split, ${values.problems} problems a suite, temperature ${temperature}, each suite's own budget, percent with the 95 % interval; the
last column says how often a validation left the right value.

| suite | policy | accuracy | tokens | right after validation |
|---|---|---|---|---|
${measured.join('\n')}

Made with \`tools/torch-followers\`; \`measure.ts\` there writes this card.
`;
}
