// Leader and follower trained together against each of them alone: `npm run results:joint`, or for six seeds of the follower nano
// `npm run results:joint -- nano 6`, with `alternating` and `follower` behind these for the modes of that name as well. Starts from
// the planners of `npm run results`, and trains those that are not there. Runs two at a time. Stopped, it goes on where it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleMean, sectionsMarkdown } from '@rsim/evaluation';
import { makeRuns, root, rsimAside, set } from './rsim.js';
import { comparedModes, comparisonsAmong } from './src/joint-modes.js';

const [model = 'small', count = 3, ...further] = process.argv.slice(2);
const seeds = Array.from({ length: Number(count) }, (_, index) => index + 1);
const concurrency = 2;
const iterations = 40;
const problems = 500;
/** Who learns in the same number of iterations, on as many episodes. */
const modes = comparedModes(further);
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

/** What all the others of a seed start from, measured in the same way, and what comes of it by each mode. */
const runs = seeds.flatMap((seed) => {
  const start = [...set('seed', seed), ...set('training.startFrom', `./${startOf(seed)}`), ...settings];
  return [
    { path: folderOf('start', seed), words: [...start, ...set('training.stage2.iterations', 0)] },
    ...Object.keys(modes).map((mode) => ({
      path: folderOf(mode, seed),
      words: [...start, ...set('training.stage2.mode', mode)],
    })),
  ];
});

const log = (path) => join(root, `${path}.log`);
const trained = (path, words) => rsimAside(log(path), 'train', '--resume', '--no-evaluation', '--run', path, ...words);

/** Trains a run and measures it, unless that is done. */
async function make({ path, words }) {
  const results = `${path}/results.json`;
  if (existsSync(join(root, results))) return;
  await trained(path, words);
  await rsimAside(log(path), 'eval', path, '--output', results, ...set('evaluation.problems', problems));
}

const planners = seeds.map((seed) => ({ path: startOf(seed), words: set('seed', seed) }));
const missing = planners.filter(({ path }) => !existsSync(join(root, path, 'checkpoints/trained')));
await makeRuns(missing, concurrency, ({ path, words }) => trained(path, words));
await makeRuns(runs, concurrency, make);

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
const comparisons = comparisonsAmong(modes).map(([mode, policy, name]) => {
  return [name, difference(accuracies(mode, policy, null))];
});

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
