// Leader and follower trained together against each of them alone: `npm run results:joint`. Needs `npm run results` before,
// whose planners every training here starts from; takes about an hour and a half on two cores. Stopped, it goes on where it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleMean, sectionsMarkdown } from '@rsim/evaluation';
import { root, rsim, set, train } from './rsim.js';

const model = process.argv[2] ?? 'small';
const seeds = [1, 2, 3];
const iterations = 40;
const problems = 500;
/** Who learns in the same number of iterations, on as many episodes; the first three are the claim. */
const modes = { joint: 'both', leader: 'leader only', alone: 'follower only, led by nobody' };
const settings = [
  ...set('follower', { name: 'tfjs', options: { model, workers: 0 } }),
  ...set('unseenFollowers', []),
  ...set('training.stage0.kind', 'none'),
  ...set('training.iterations', 0),
  ...set('training.stage2.iterations', iterations),
  ...set('training.stage2.learningRate', 2e-4),
  ...set('training.stage2.follower.learningRate', 1e-4),
  ...set('evaluation.policies', ['planner', 'alone']),
];
const folderOf = (mode, seed) => `runs/joint/${model}/${mode}-${seed}`;
const startOf = (seed) => `runs/results/seed-${seed}`;

for (const seed of seeds) {
  if (!existsSync(join(root, startOf(seed), 'checkpoints/trained'))) train(startOf(seed), ...set('seed', seed));
  const start = [...set('seed', seed), ...set('training.startFrom', `./${startOf(seed)}`), ...settings];
  // What all the others start from, measured in the same way.
  make(folderOf('start', seed), [...start, ...set('training.stage2.iterations', 0)]);
  for (const mode of Object.keys(modes)) make(folderOf(mode, seed), [...start, ...set('training.stage2.mode', mode)]);
}

/** Trains a run and measures it, unless that is done. */
function make(run, given) {
  const results = `${run}/results.json`;
  if (existsSync(join(root, results))) return;
  train(run, ...given);
  rsim('eval', run, '--output', results, ...set('evaluation.problems', problems));
}

const policies = { planner: 'led', alone: 'alone' };
const suites = ['word-problems', 'list-programs', 'table-questions'];

/** Accuracy in %, of each seed. */
function accuracies(mode, policy, suite) {
  return seeds.map((seed) => {
    const { rows } = JSON.parse(readFileSync(join(root, folderOf(mode, seed), 'results.json'), 'utf8'));
    const chosen = rows.filter((row) => row.policy === policy && (suite === null || row.suite === suite));
    return (100 * chosen.reduce((sum, { accuracy }) => sum + accuracy, 0)) / chosen.length;
  });
}

function overSeeds(values) {
  const { estimate, high } = sampleMean(values);
  return `${estimate.toFixed(1)} ± ${(high - estimate).toFixed(1)}`;
}

const names = { start: 'none more (where all start)', ...modes };
const accuracyRows = Object.entries(names).flatMap(([mode, name]) =>
  Object.entries(policies).map(([policy, how]) => [
    ...[name, how],
    ...[...suites, null].map((suite) => overSeeds(accuracies(mode, policy, suite))),
  ]),
);
const joint = accuracies('joint', 'planner', null);
const difference = (other) => overSeeds(joint.map((value, index) => value - other[index]));
const comparisons = [
  ['leader only, led', difference(accuracies('leader', 'planner', null))],
  ['follower only, alone', difference(accuracies('alone', 'alone', null))],
  ['follower only, led by the planner it never met', difference(accuracies('alone', 'planner', null))],
  ['none more, led', difference(accuracies('start', 'planner', null))],
];

/** Mean share of each strategy in the joint runs' first and last five iterations. */
function strategyUse() {
  const records = seeds.map((seed) =>
    readFileSync(join(root, folderOf('joint', seed), 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ event, stage }) => event === 'iteration' && stage === 'stage2'),
  );
  const share = (part, id) => {
    const uses = records.flatMap(part).map(({ strategyUse: use }) => use[id]);
    return ((100 * uses.reduce((sum, use) => sum + use, 0)) / uses.length).toFixed(1);
  };
  return Object.keys(records[0][0].strategyUse).map((id) => [
    ...[id, share((run) => run.slice(0, 5), id), share((run) => run.slice(-5), id)],
  ]);
}

const text = sectionsMarkdown([
  {
    title: `${model}, test split: accuracy in %, mean of ${seeds.length} seeds ± 95 % interval over seeds`,
    names: 2,
    head: ['who learned', 'measured', ...suites, 'mean'],
    rows: accuracyRows,
  },
  {
    title: "Both learned, led, minus each other: points, mean of the seeds' differences ± 95 % interval over seeds",
    names: 1,
    head: ['minus', 'mean'],
    rows: comparisons,
  },
  {
    title: 'What the leader chose while both learned: % of its decisions',
    names: 1,
    head: ['strategy', 'first five iterations', 'last five'],
    rows: strategyUse(),
  },
]);
mkdirSync(join(root, 'docs/results'), { recursive: true });
writeFileSync(join(root, `docs/results/joint-${model}.md`), `${text}\n`);
console.log(text);
