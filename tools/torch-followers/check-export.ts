/**
 * Exports an embedded follower and opens it, unchanged, with other programs: Python's transformers, transformers.js, llama.cpp
 * through node-llama-cpp, and llama-server. Compares ids, text, greedy tokens and log-probabilities with the plain reference decoder.
 *
 *   npm run check-export -w tools/torch-followers -- nano [PROGRAM…] [--python PROGRAM] [--packages FOLDER]
 *
 * Programs: Python, transformers.js, node-llama-cpp, llama-server; all of them by default. A folder of npm packages is made in the
 * temporary folder unless `--packages` names one that has transformers.js; the others are those of `npm run test:servers`, unless
 * `--python` names an interpreter that has transformers and torch. What cannot be had is skipped, and said; what cannot open its
 * export, or reads it otherwise, has failed.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { messageOf, take } from '@rsim/core';
import { embeddedModels } from '@rsim/follower-adapters';
import { type ExportFormat, exportModel, readModelFolder, referenceLogProbabilities, STRATEGY_TOKENS } from '@rsim/lm';
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
const NPM_PACKAGES = { '@huggingface/transformers': '4.3.1' };
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
const [name = 'nano', ...wanted] = positionals;
const source = (await embeddedModels()).find((model) => model.name === name)?.path ?? name;
const { config, weights, tokenizer } = await readModelFolder(source);
const questions = [wordProblems(), listPrograms(), tableQuestions()].flatMap((suite) =>
  take(suite.problems({ split: 'test', seed: 1 }), 3).map(({ question }) => question),
);
/** Without the beginning mark, which each program is to put there by itself. */
const texts = [
  ...questions.map((question, index) => `${question}\n${STRATEGY_TOKENS[index % STRATEGY_TOKENS.length] ?? ''}`),
  ...ODD_TEXTS,
];
const folder = await mkdtemp(join(tmpdir(), 'rsim-export-check-'));
let failures = 0;

const servers = JSON.parse(
  spawnSync('node', [join(import.meta.dirname, '../../packages/follower-adapters/servers/where.js')], {
    encoding: 'utf8',
  }).stdout,
) as Record<'library' | 'server' | 'python', string | null>;
const ggufFormats = ['gguf', 'gguf-qwen2'] as const;

await check(
  'Python transformers',
  'safetensors',
  1e-4,
  false,
  values.python ?? (() => cached(servers.python)),
  (python, exported) => [python, local('check-export.py'), exported],
);
await check('transformers.js', 'onnx', 1e-4, false, values.packages ?? installPackages, (packages, exported) => [
  'node',
  local('check-export-transformers.mjs'),
  join(packages, 'node_modules/@huggingface/transformers/dist/transformers.node.mjs'),
  exported,
]);
for (const format of ggufFormats) {
  const file = (exported: string): string => join(exported, `${name}.gguf`);
  await check(
    `node-llama-cpp (${format})`,
    format,
    5e-2,
    true,
    () => cached(servers.library),
    (library, exported) => [...['node', local('check-export-llama.mjs'), library, file(exported)]],
  );
  await check(
    `llama-server (${format})`,
    format,
    5e-2,
    true,
    () => cached(servers.server),
    (program, exported) => [...['node', local('check-export-server.mjs'), program, file(exported)]],
  );
}
process.exitCode = failures > 0 ? 1 : 0;

/**
 * One program's reading of one export, held against our own; prints a line.
 * @param mayDiffer whether the ids of the odd texts may be others; they must still give the text back
 * @param program what has to be there, or what brings it; that it cannot be had is no failure
 * @param command what opens the export, and with which words
 */
async function check(
  title: string,
  format: ExportFormat,
  tolerance: number,
  mayDiffer: boolean,
  program: string | (() => Promise<string>),
  command: (program: string, exported: string) => string[],
): Promise<void> {
  if (wanted.length > 0 && !wanted.some((program) => title.startsWith(program))) return;
  const exported = join(folder, format);
  if (!existsSync(exported)) await exportModel(source, format, exported);
  let found: string;
  try {
    found = typeof program === 'string' ? program : await program();
  } catch (error) {
    console.log(`${title}: skipped, cannot be had here: ${firstLines(error)}`);
    return;
  }
  try {
    report(title, run(command(found, exported)), tolerance, mayDiffer);
  } catch (error) {
    failures += 1;
    console.log(`${title}: FAILED to open the export: ${firstLines(error)}`);
  }
}

function firstLines(error: unknown): string {
  return messageOf(error).split('\n').slice(0, 3).join(' ');
}

function report(title: string, opened: readonly Opened[], tolerance: number, mayDiffer: boolean): void {
  const readings = texts.map((text, index) => compare(text, opened[index] as Opened));
  const count = (part: 'ids' | 'text' | 'greedy'): number => readings.filter((reading) => reading[part]).length;
  const difference = Math.max(...readings.map((reading) => reading.difference));
  const isGood =
    readings.every(({ text, greedy }) => text && greedy) &&
    readings.every(({ ids }, index) => ids || (mayDiffer && index >= questions.length)) &&
    difference <= tolerance;
  if (!isGood) failures += 1;
  const [ids, round, greedy] = [count('ids'), count('text'), count('greedy')].map(
    (right) => `${right}/${texts.length}`,
  );
  console.log(
    `${title}: ${isGood ? 'passed' : 'FAILED'}: ids ${ids}, text ${round}, greedy tokens ${greedy}, ` +
      `log-probabilities within ${difference.toExponential(1)} (allowed ${tolerance})`,
  );
}

/**
 * One evaluation of the plain decoder tells the distribution after the text, as the program read it, and after each token that was
 * written.
 */
function compare(text: string, opened: Opened): { ids: boolean; text: boolean; greedy: boolean; difference: number } {
  const expected = `<|bos|>${text}`;
  const rows = referenceLogProbabilities(config, weights, [...opened.ids, ...opened.written.slice(0, -1)]).slice(
    opened.ids.length - 1,
  );
  const last = rows[0] ?? [];
  return {
    ids: opened.ids.join() === tokenizer.encode(expected).join(),
    text: opened.text === expected,
    greedy: opened.written.every(
      (token, index) => (rows[index]?.[token] ?? -Infinity) >= Math.max(...(rows[index] ?? [])) - TIE,
    ),
    // Tokens that are all but impossible do not count: some programs leave them out.
    difference: Math.max(
      ...last.map((value, id) => (value < -12 ? 0 : Math.abs(value - (opened.logProbabilities[id] ?? -Infinity)))),
    ),
  };
}

function run([program = '', ...words]: string[]): Opened[] {
  const child = spawnSync(program, [...words, String(TOKENS), String(config.vocabularySize)], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    timeout: LONGEST_MILLISECONDS,
    maxBuffer: 1e9,
  });
  if (child.status !== 0) throw new Error(child.stderr.trim().split('\n').slice(-3).join('\n') || 'it did not run');
  return JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Opened[];
}

async function cached(path: string | null): Promise<string> {
  if (path === null) throw new Error('`npm run test:servers` installs it');
  return path;
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
