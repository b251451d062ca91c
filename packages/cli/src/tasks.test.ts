import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runRsim } from './testing/run-rsim.js';

// On a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-tasks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const rsim = (...words: string[]) => runRsim(folder, words);

test('what is shown can be graded', async () => {
  const asked = ['--split', 'test', '--seed', '5', '-n', '4'];
  const shown = JSON.parse((await rsim('tasks', 'show', 'word-problems', ...asked, '--json')).stdout) as {
    key: string;
    question: string;
    answer: string;
  }[];
  expect(shown).toHaveLength(4);
  const lines = [
    ...shown.slice(0, 2).map(({ key, answer }) => ({ key, text: `answer: ${answer}` })),
    { question: shown[2]?.question, text: 'answer: 123456' },
    { key: shown[3]?.key, text: 'who knows' },
  ];
  writeFileSync(join(folder, 'mine.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`);
  const graded = JSON.parse((await rsim('tasks', 'grade', 'word-problems', 'mine.jsonl', ...asked, '--json')).stdout);
  expect(graded).toMatchObject({
    suite: 'word-problems',
    n: 4,
    accuracy: 0.5,
    verdicts: { correct: 2, wrong: 1, unparsed: 1 },
  });
  expect(graded.low).toBeLessThan(0.5);
  expect(graded.graded[0]).toMatchObject({ key: shown[0]?.key, status: 'correct' });
});

test.each([
  ['{"key": "x"', /mine\.jsonl:2: this is not JSON/],
  ['{"text": "5"}', /mine\.jsonl:2: it has neither key nor question/],
  ['{"key": "nowhere", "text": "5"}', /mine\.jsonl:1: suite "word-problems" has no problem "nowhere" here/],
])('a prediction like %s is refused with its line', async (line, message) => {
  const whole = message.source.includes(':1:') ? line : `{"key": "a", "text": "1"}\n${line}`;
  writeFileSync(join(folder, 'mine.jsonl'), whole);
  const { status, stderr } = await rsim('tasks', 'grade', 'word-problems', 'mine.jsonl', '-n', '1');
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
});

test('gold answers that their own suite refuses are named, with exit code 1', async () => {
  const core = JSON.stringify(import.meta.resolve('@rsim/core'));
  const zod = JSON.stringify(import.meta.resolve('zod'));
  writeFileSync(
    join(folder, 'strict.ts'),
    `import { contentKey, definePlugin, defineProvider } from ${core};
     import { z } from ${zod};
     export default definePlugin({ name: 'strict', provides: { suites: { strict: defineProvider({
       description: 'Knows one answer.', options: z.strictObject({}), create: () => ({
         name: 'strict', title: 'Strict', domain: 'none', levels: [1], budget: { steps: 2, tokens: 9, answerTokens: 2 },
         *problems({ split }) {
           if (split !== 'train') return;
           for (const answer of ['1', '2'])
             yield { key: contentKey('strict', answer), suite: 'strict', level: 1, question: answer, answer, data: null };
         },
         verify: (_, text) => ({ status: text === '1' ? 'correct' : 'wrong', score: text === '1' ? 1 : 0, extracted: text }),
         goldText: ({ answer }) => answer,
       }) }) } } });`,
  );
  writeFileSync(join(folder, 'rsim.config.yaml'), 'plugins: [./strict.ts]\n');
  const { status, stdout } = await rsim('tasks', 'validate', 'strict');
  expect(stdout).toMatch(/refused [0-9a-f]{16} \(train\): wrong\n {2}gold: 2/);
  expect(stdout).toMatch(/1 of 2 gold answers pass/);
  expect(status).toBe(1);
  const shown = JSON.parse((await rsim('plugins', 'show', 'strict', '--json')).stdout);
  expect(shown).toMatchObject([
    { kind: 'suites', origin: 'loaded from ./strict.ts', description: 'Knows one answer.' },
  ]);
});

test('every suite is listed with its domain, size, licence and origin', async () => {
  const suites = JSON.parse((await rsim('tasks', 'list', '--json')).stdout) as {
    name: string;
    card: Record<string, unknown>;
  }[];
  expect(suites.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['word-problems', 'list-programs', 'table-questions']),
  );
  for (const { name, card } of suites)
    expect(Object.keys(card ?? {}), name).toEqual(['domain', 'size', 'licence', 'origin']);
});

test('bad options are one sentence', async () => {
  const { status, stderr } = await rsim('tasks', 'show', 'word-problems', '--options', '{');
  expect(stderr).toMatch(/--options is not JSON/);
  expect(status).toBe(2);
});
