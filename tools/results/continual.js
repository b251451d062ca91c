// One planner, task after task, with every method against forgetting: `npm run results:continual`. Makes docs/results/continual.md
// and .json. Runs two at a time, as separate processes, one with `-- 1`. Stopped, it goes on where it was.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRuns, root, rsimAside, set } from './rsim.js';

const seeds = [1, 2, 3, 4];
const methods = ['naive', 'replay', 'kl', 'ewc', 'replay+kl'];
const concurrency = Number(process.argv[2] ?? 2);
const folder = 'runs/results/continual';
/** Of each task, for each of the four rows of a matrix. */
const problems = 200;
/** Lists last: checking is worth little there, so that learning them draws the planner away from what the others need. */
const tasks = 'word-problems,table-questions,list-programs';
const settings = [
  ...set('training.stage0', {
    ...{ kind: 'imitation-and-scripted', iterations: 80, problemsPerIteration: 12, minibatches: 2 },
    ...{ learningRate: 4e-3, entropy: 0.02 },
  }),
  // After the scripted follower, at thousands of episodes a minute, a few iterations on the real one, which all is measured on.
  ...set('training.iterations', 8),
  ...set('training.problemsPerIteration', 12),
  ...set('training.minibatches', 2),
  ...set('continual.problems', problems),
  ...set('continual.split', 'test'),
];

/** Seed by seed, so that every method has its first run early. */
const runs = seeds.flatMap((seed) =>
  [...methods, 'joint'].map((method) => {
    const order = method === 'joint' ? ['--joint'] : ['--sequential', '--method', method];
    const path = `${folder}/${method}-${seed}`;
    return { path, words: ['--run', path, '--tasks', tasks, ...order, ...set('seed', seed), ...settings] };
  }),
);

const started = performance.now();
const log = (path) => join(root, `${path}.log`);
await makeRuns(runs, concurrency, ({ path, words }) => rsimAside(log(path), 'train', '--resume', ...words));
const compared = ['continual', ...runs.map(({ path }) => path)];
mkdirSync(join(root, 'docs/results'), { recursive: true });
const output = await rsimAside(log(folder), ...compared, '--json', '--markdown', 'docs/results/continual.md');
writeFileSync(join(root, 'docs/results/continual.json'), output);
console.log(readFileSync(join(root, 'docs/results/continual.md'), 'utf8'));
console.error(`${Math.round((performance.now() - started) / 6000) / 10} minutes`);
