import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Episode } from '@rsim/core';
import { describeEnvironment, RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commands } from './run-command.js';
import { runRsim } from './testing/run-rsim.js';
import { spawnRsim } from './testing/spawn-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-command-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rsim = (...words: string[]) => runRsim(folder, words);
const spawned = (...words: string[]) => spawnRsim(folder, words);

test('help names the commands, and is no error', () => {
  const { status, stdout } = spawned('--help');
  expect(status).toBe(0);
  for (const command of [
    'train',
    'eval',
    'report',
    'compare',
    'watch',
    'follower',
    'episodes',
    'plugins',
    'config',
    'doctor',
  ]) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  }
});

test.each([
  [['train', '--typo'], /unknown option '--typo'/],
  [['trian'], /unknown command 'trian'/],
  [['episodes', 'show', '.', '-n', 'few'], /"few" is no whole number/],
])('%s is refused with exit code 2', (words, message) => {
  const { status, stderr } = spawned(...words);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

test.each([
  [['report', 'nowhere'], /there is no folder [^]*\n {2}Name the folder of a run/],
  [['compare', 'run', './run'], /compare needs two different run folders or more/],
  [['watch', 'run', '--port', '70000'], /--port 70000: there is no such port/],
])('%s is refused by the command', async (words, message) => {
  const { status, stderr } = await rsim(...words);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

test('a wrong value is one sentence with its remedy, without a stack trace unless asked for', async () => {
  const words = ['config', 'show', '--set', 'training.iterations=-1'];
  const { status, stderr, stdout } = spawned(...words);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error: --set training\.iterations=-1: "training\.iterations"/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect((await rsim(...words, '--debug')).stderr).toMatch(/^\s+at /m);
  expect(JSON.parse((await rsim(...words, '--json')).stdout)).toMatchObject({ error: { code: 'config-invalid' } });
});

test.each([
  ['follower={"name": "nobody"}', /there is no follower "nobody"/],
  ['tasks.0.suite=word-problem', /there is no suite "word-problem"[^]*Did you mean "word-problems"/],
  ['rewards.0.options={"strict": 1}', /options of rewards\.0 "leader-accuracy": "strict" is not a known field/],
])('train with %s is refused before anything is written', async (setting, message) => {
  const { status, stderr } = await rsim('train', '--run', 'run', '--set', setting);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('a plug-in written in TypeScript loads without a build, and a broken one is left out by name', () => {
  const core = JSON.stringify(import.meta.resolve('@rsim/core'));
  writeFileSync(
    join(folder, 'mine.ts'),
    `import { defaultStrategies, definePlugin, defineProvider, type StrategySet } from ${core};
     import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
     const set: StrategySet = { ...defaultStrategies, name: 'mine' };
     export default definePlugin({ name: 'mine', provides: { strategySets: { mine: defineProvider({
       description: 'My own set.', options: z.strictObject({}), create: () => set }) } } });`,
  );
  writeFileSync(join(folder, 'broken.ts'), 'export default 7;');
  writeFileSync(join(folder, 'rsim.config.yaml'), 'plugins: [./mine.ts, ./broken.ts]\n');
  const { status, stdout } = spawned('plugins', 'list');
  expect(status).toBe(0);
  expect(stdout).toMatch(/mine +My own set\. \(mine\)/);
  expect(stdout).toMatch(/left out \.\/broken\.ts: .*no default export that is a plug-in/);
});

test('episodes show reads like a page', async () => {
  const episode: Episode = {
    key: 'abc/0',
    problem: { key: 'abc', suite: 'word-problems', level: 2, question: 'how many?', answer: '42' },
    sample: 0,
    seed: 1,
    follower: 'nano',
    planner: 'gru',
    steps: [
      {
        decision: { strategy: 'decomposition', logProbability: Math.log(0.5), probabilities: [0.5, 0.5] },
        strategy: 'decomposition',
        forced: false,
        text: 'a=1+1',
        tokens: [],
        logProbabilities: [],
        finish: 'stop',
        budgetTokens: 6,
      },
      {
        decision: null,
        strategy: 'termination',
        forced: true,
        text: 'answer: 41',
        tokens: [],
        logProbabilities: [],
        finish: 'answer',
        budgetTokens: 4,
      },
    ],
    end: 'step-limit',
    verdict: { status: 'wrong', score: 0, extracted: '41' },
    rewards: { leader: { 'leader-accuracy': 0, 'leader-repetition': null }, follower: {} },
    budgetTokens: 10,
    seconds: 0.1,
    error: null,
  };
  {
    const environment = describeEnvironment({ versions: {}, configDirectory: folder });
    using run = RunFolder.open(join(folder, 'run'), { config: {}, environment });
    run.recordEpisode({ phase: 'train', iteration: 3, policy: 'planner', episode });
  }
  expect((await rsim('episodes', 'show', 'run')).stdout).toBe(
    `word-problems · level 2 · abc/0
train, iteration 3, policy planner · nano led by gru · seed 1

  how many?

 1. decomposition  (p = 0.50)
    a=1+1
 2. termination  (forced by the limit)
    answer: 41

wrong · answered 41, right is 42 · ended by step-limit · 10 tokens
leader rewards: leader-accuracy 0.00, leader-repetition unscored
`,
  );
  const missing = await rsim('episodes', 'show', 'run', '--key', 'nope');
  expect(missing).toMatchObject({ status: 2, stderr: expect.stringMatching(/no episode in run fits/) });
  expect((await rsim('episodes', 'show', 'elsewhere')).stderr).toMatch(/there is no run in .*elsewhere/);
});

test('every command loads in a process of its own, from source', () => {
  const module = JSON.stringify(new URL('./run-command.ts', import.meta.url).href);
  const script = `const { commands } = await import(${module});
    for (const [name, load] of Object.entries(commands)) console.log(name, typeof (await load()));`;
  const flags = ['--conditions=@rsim/source', '--import', import.meta.resolve('tsx'), '--input-type=module', '--eval'];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const wanted = Object.keys(commands).map((name) => `${name} function\n`);
  expect(stdout).toBe(wanted.join(''));
});
