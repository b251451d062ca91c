// Leader and follower trained together against each of them alone: `npm run results:joint`. Needs `npm run results` before,
// whose planners every training here starts from; takes about an hour and a half on two cores. Stopped, it goes on where it was.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  train(folderOf('start', seed), ...start, ...set('training.stage2.iterations', 0));
  evaluate(folderOf('start', seed));
  for (const mode of Object.keys(modes)) {
    train(folderOf(mode, seed), ...start, ...set('training.stage2.mode', mode));
    evaluate(folderOf(mode, seed));
  }
}

function evaluate(run) {
  if (existsSync(join(root, run, 'results.json'))) return;
  rsim('eval', run, '--output', `${run}/results.json`, ...set('evaluation.problems', problems));
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

/** Mean over seeds and half-width of its 95 % interval (Student's t, two degrees of freedom for three seeds). */
function overSeeds(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const quantiles = { 2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776 };
  const half = quantiles[values.length] * Math.sqrt(variance / values.length);
  return `${mean.toFixed(1)} ± ${half.toFixed(1)}`;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
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

const text = `**${model}, test split: accuracy in %, mean of ${seeds.length} seeds ± 95 % interval over seeds**

${table(['who learned', 'measured', ...suites, 'mean'], accuracyRows)}

**Both learned, led, minus each other: points, mean of the seeds' differences ± 95 % interval over seeds**

${table(['minus', 'mean'], comparisons)}

**What the leader chose while both learned: % of its decisions**

${table(['strategy', 'first five iterations', 'last five'], strategyUse())}
`;
mkdirSync(join(root, 'docs/results'), { recursive: true });
writeFileSync(join(root, `docs/results/joint-${model}.md`), text);
console.log(text);
