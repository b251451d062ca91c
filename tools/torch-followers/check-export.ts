/**
 * Exports an embedded follower and opens it, unchanged, with other programs: Python's transformers, transformers.js,
 * and llama.cpp through node-llama-cpp. Compares ids, greedy tokens and log-probabilities with the plain reference decoder.
 *
 *   npm run check-export -w tools/torch-followers -- nano [--python PROGRAM] [--packages FOLDER]
 *
 * A virtual environment and a folder of npm packages are made in the temporary folder unless `--python` names an interpreter
 * that has transformers and torch, and `--packages` a folder that has the npm packages. What is out of reach is skipped, and said.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { take } from '@rsim/core';
import { embeddedModels } from '@rsim/follower-adapters';
import { exportModel, readModelFolder, referenceLogProbabilities, STRATEGY_TOKENS } from '@rsim/lm';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';

interface Opened {
  readonly ids: number[];
  readonly text: string;
  readonly logProbabilities: (number | null)[];
  readonly written: number[];
}

const TOKENS = 24;
/** Tokens as likely as this to the best are as good as the best, in nats. */
const TIE = 1e-3;
const LONGEST_MILLISECONDS = 300_000;
const NPM_PACKAGES = { '@huggingface/transformers': '4.3.1', 'node-llama-cpp': '3.22.1' };
/** Words within words, signs, white space: where tokenizers part ways. */
const ODD_TEXTS = [
  ' x = (tax) + taxes -> [1, 23]\n\n=tax  taxi taxtax\n',
  'Tom\'s Table, don\'t; "quoted" applesauce sumtax',
  'append(4)\nsort  reverse\n   split answered ANSWER',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' }, packages: { type: 'string' } },
});
const name = positionals[0] ?? 'nano';
const source = (await embeddedModels()).find((model) => model.name === name)?.path ?? name;
const { config, weights, tokenizer } = await readModelFolder(source);
const questions = [wordProblems(), listPrograms(), tableQuestions()].flatMap((suite) =>
  take(suite.problems({ split: 'test', seed: 1 }), 3).map(({ question }) => question),
);
const texts = [
  ...questions.map((question, index) => `<|bos|>${question}\n${STRATEGY_TOKENS[index % STRATEGY_TOKENS.length] ?? ''}`),
  ...ODD_TEXTS.map((text) => `<|bos|>${text}`),
];
const folder = await mkdtemp(join(tmpdir(), 'rsim-export-check-'));
let failures = 0;

await check("Python's transformers", 'safetensors', 1e-4, false, async (exported) => {
  const python = values.python ?? (await makePython());
  return run(python, [local('check-export.py'), exported, String(TOKENS)]);
});
await check('transformers.js', 'onnx', 1e-4, false, async (exported) => {
  const packages = values.packages ?? (await installPackages());
  const library = join(packages, 'node_modules/@huggingface/transformers/dist/transformers.node.mjs');
  return run('node', [local('check-export-transformers.mjs'), library, exported, String(TOKENS)]);
});
for (const format of ['gguf', 'gguf-qwen2'] as const) {
  await check(`llama.cpp (${format})`, format, 5e-2, true, async (exported) => {
    const packages = values.packages ?? (await installPackages());
    const library = join(packages, 'node_modules/node-llama-cpp/dist/index.js');
    return run('node', [local('check-export-llama.mjs'), library, join(exported, `${name}.gguf`), String(TOKENS)]);
  });
}
process.exitCode = failures > 0 ? 1 : 0;

/**
 * One program's reading of one export, held against our own; prints a line.
 * @param mayDiffer whether the ids of the odd texts may be others; they must still give the text back
 */
async function check(
  program: string,
  format: Parameters<typeof exportModel>[1],
  tolerance: number,
  mayDiffer: boolean,
  open: (exported: string) => Promise<Opened[]>,
): Promise<void> {
  const exported = join(folder, format);
  await exportModel(source, format, exported);
  let opened: Opened[];
  try {
    opened = await open(exported);
  } catch (error) {
    console.log(`${program}: skipped, out of reach: ${(error as Error).message.split('\n').slice(0, 3).join(' ')}`);
    return;
  }
  const readings = texts.map((text, index) => compare(text, opened[index] as Opened));
  const count = (part: 'ids' | 'text' | 'greedy'): number => readings.filter((reading) => reading[part]).length;
  const difference = Math.max(...readings.map((reading) => (reading.ids ? reading.difference : 0)));
  const isGood =
    count('text') === texts.length &&
    readings.every(({ ids, greedy }, index) => (ids ? greedy : mayDiffer && index >= questions.length)) &&
    difference <= tolerance;
  if (!isGood) failures += 1;
  const [ids, round, greedy] = [count('ids'), count('text'), count('greedy')].map(
    (right) => `${right}/${texts.length}`,
  );
  console.log(
    `${program}: ${isGood ? 'passed' : 'FAILED'}: ids ${ids}, text ${round}, greedy tokens ${greedy}, ` +
      `log-probabilities within ${difference.toExponential(1)} (allowed ${tolerance})`,
  );
}

/** One evaluation of the plain decoder tells the distribution after the text and after each token that was written. */
function compare(text: string, opened: Opened): { ids: boolean; text: boolean; greedy: boolean; difference: number } {
  const ids = tokenizer.encode(text);
  const rows = referenceLogProbabilities(config, weights, [...ids, ...opened.written.slice(0, -1)]).slice(
    ids.length - 1,
  );
  const last = rows[0] ?? [];
  return {
    ids: opened.ids.join() === ids.join(),
    text: opened.text === text,
    greedy: opened.written.every(
      (token, index) => (rows[index]?.[token] ?? -Infinity) >= Math.max(...(rows[index] ?? [])) - TIE,
    ),
    // Tokens that are all but impossible do not count: some programs leave them out.
    difference: Math.max(
      ...last.map((value, id) => (value < -12 ? 0 : Math.abs(value - (opened.logProbabilities[id] ?? -Infinity)))),
    ),
  };
}

async function run(program: string, options: string[]): Promise<Opened[]> {
  const child = spawnSync(program, options, {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    timeout: LONGEST_MILLISECONDS,
    maxBuffer: 1e9,
  });
  if (child.status !== 0) throw new Error(child.stderr.trim().split('\n').slice(-3).join('\n') || 'it did not run');
  return Promise.resolve(JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Opened[]);
}

async function makePython(): Promise<string> {
  const environment = join(tmpdir(), 'rsim-export-check-python');
  const python = join(environment, 'bin/python');
  if (existsSync(join(environment, 'complete'))) return python;
  await promisify(execFile)('python3', ['-m', 'venv', environment]);
  await promisify(execFile)(python, ['-m', 'pip', 'install', '--quiet', 'torch', 'transformers==4.57.6']);
  await writeFile(join(environment, 'complete'), '');
  return python;
}

async function installPackages(): Promise<string> {
  const packages = join(tmpdir(), 'rsim-export-check-npm');
  if (existsSync(join(packages, 'complete'))) return packages;
  await mkdir(packages, { recursive: true });
  await writeFile(join(packages, 'package.json'), JSON.stringify({ private: true, dependencies: NPM_PACKAGES }));
  // Without install scripts: the prebuilt binaries are in the packages, and downloads from elsewhere are out of reach.
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: packages });
  await writeFile(join(packages, 'complete'), '');
  return packages;
}

function local(file: string): string {
  return join(import.meta.dirname, file);
}
