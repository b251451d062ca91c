// One planner, task after task, with every method against forgetting: `npm run results:continual`. Makes docs/results/continual.md
// and .json. Runs two at a time, as separate processes, one with `-- 1`. Stopped, it goes on where it was.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { set, root } from './rsim.js';

const seeds = [1, 2, 3];
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
  // Tasks are learned on the scripted follower, at thousands of episodes a minute, and measured on the real one.
  ...set('training.iterations', 0),
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

const bin = fileURLToPath(new URL('../../packages/cli/bin/rsim.js', import.meta.url));

/** What the command puts out; what it says goes to a file beside the run. */
function rsim(words, log) {
  mkdirSync(dirname(log), { recursive: true });
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.pipe(createWriteStream(log, { flags: 'a' }));
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.on('exit', (code) => {
      if (code === 0) return resolve(output);
      console.error(`rsim ${words.join(' ')} ended with ${code}; see ${log}, and start this again to go on`);
      process.exit(code ?? 1);
    });
  });
}

const waiting = [...runs];
const started = performance.now();

async function work() {
  for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
    const [from, log] = [performance.now(), join(root, `${run.path}.log`)];
    await rsim(['train', '--resume', ...run.words], log);
    console.error(`${run.path}: ${Math.round((performance.now() - from) / 1000)} s, ${waiting.length} more to start`);
  }
}

await Promise.all(Array.from({ length: concurrency }, work));
const compared = ['continual', ...runs.map(({ path }) => path)];
mkdirSync(join(root, 'docs/results'), { recursive: true });
const output = await rsim(
  [...compared, '--json', '--markdown', 'docs/results/continual.md'],
  join(root, `${folder}.log`),
);
writeFileSync(join(root, 'docs/results/continual.json'), output);
console.log(readFileSync(join(root, 'docs/results/continual.md'), 'utf8'));
console.error(`${Math.round((performance.now() - started) / 6000) / 10} minutes`);
