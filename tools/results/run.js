// Makes every number of the results table in the README: `npm run results`. It takes most of an hour on two cores; stopped, it goes on where it
// was. Everything is done by the command `rsim` itself, so each part can be run by hand.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { rsim, set, train } from './rsim.js';

const seeds = [1, 2, 3];
const problems = 500;
const policies = [
  ...['planner', 'alone', 'random', 'fixed', 'self-consistency'],
  ...['oracle', 'oracle-no-check', 'no-check', 'random-check'],
];
/** Schedules and episodes for each suite: a thorough search, where the main job's is a quick one. */
const fixedSearch = { candidates: 1500, finalists: 24, screeningEpisodes: 30_000, episodes: 4000 };
/** Training from scratch is long, so it has one seed: 320 iterations of 24 problems × 8 episodes are 61 440 episodes. */
const scratch = {
  ...{ iterations: 320, problemsPerIteration: 24, group: 8 },
  ...{ learningRate: 3e-3, entropy: 0.05, annealFrom: 2 },
};

function evaluate(runs, name, ...settings) {
  const files = ['--output', `docs/results/${name}.json`, '--markdown', `docs/results/${name}.md`];
  rsim('eval', ...runs, ...files, ...set('evaluation.problems', problems), ...settings);
}

/** Puts the first of the tables between the README's marks; the file has them all. */
async function showInReadme(name, count) {
  const [start, end] = [`<!-- results: ${name} -->`, `<!-- /results: ${name} -->`];
  const readme = new URL('../../README.md', import.meta.url);
  const text = readFileSync(readme, 'utf8');
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) {
    console.error(`README.md has no place for these results: it needs the marks ${start} and ${end}.`);
    return;
  }
  const tables = readFileSync(new URL(`../../docs/results/${name}.md`, import.meta.url), 'utf8').split(/\n\n(?=\*\*)/);
  const first = tables.slice(0, count).join('\n\n').trim();
  const shown = `${text.slice(0, from + start.length)}\n\n${first}\n\n${text.slice(to)}`;
  const style = await resolveConfig(readme);
  writeFileSync(readme, await format(shown, { ...style, parser: 'markdown' }));
}

mkdirSync(new URL('../../docs/results', import.meta.url), { recursive: true });

const runs = seeds.map((seed) => `runs/results/seed-${seed}`);
for (const [index, seed] of seeds.entries()) train(runs[index], ...set('seed', seed));
evaluate(runs, 'main', ...set('evaluation.policies', policies), ...set('evaluation.fixedSearch', fixedSearch));
await showInReadme('main', 2);

const fromScratch = 'runs/results/scratch';
const scratchSettings = [
  ...set('training.stage0.kind', 'none'),
  ...Object.entries(scratch).flatMap(([name, value]) => set(`training.${name}`, value)),
];
train(fromScratch, ...scratchSettings);
evaluate(
  [fromScratch],
  'from-scratch',
  ...set('unseenFollowers', []),
  ...set('evaluation.policies', ['planner', 'alone', 'random']),
);
await showInReadme('from-scratch', 1);
