import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@rsim/core';
import { RunFolder, type Environment } from '@rsim/tracking';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openRun } from './open-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-open-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const loaded = { config: parseConfig({}, 'the test'), directory: '.' };

/** Opens the run as one that began elsewhere, and tells what is then said and kept. */
function reopened(change: (environment: Environment) => Partial<Environment>) {
  openRun(folder, loaded, {})[Symbol.dispose]();
  const file = join(folder, 'environment.json');
  const before = JSON.parse(readFileSync(file, 'utf8')) as Environment;
  writeFileSync(file, JSON.stringify({ ...before, ...change(before) }));
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  openRun(folder, loaded, { resume: true })[Symbol.dispose]();
  return { said: said.mock.calls.map(([text]) => String(text)).join(''), journal: RunFolder.readJournal(folder) };
}

it('says that a run goes on with other versions, and keeps those it began with', () => {
  const { said, journal } = reopened(({ versions }) => ({ node: 'v1.0.0', versions: { ...versions, rsim: '0.0.1' } }));
  expect(said).toMatch(
    /^warning: the run goes on with other versions.*: node v1\.0\.0, now v\d.*; rsim 0\.0\.1, now \d/,
  );
  expect(journal).toMatchObject([{ event: 'environment', before: { node: 'v1.0.0', versions: { rsim: '0.0.1' } } }]);
});

it('tells what a run began on, however often that changed', () => {
  reopened(({ versions }) => ({ versions: { ...versions, rsim: '0.0.1' } }));
  openRun(folder, loaded, { resume: true })[Symbol.dispose]();
  expect(RunFolder.readFirstEnvironment(folder)?.versions['rsim']).toBe('0.0.1');
  expect(RunFolder.readEnvironment(folder)?.versions['rsim']).not.toBe('0.0.1');
});

it('keeps another machine without a word, and the same one not at all', () => {
  expect(reopened(() => ({ cpu: 'an abacus' }))).toMatchObject({
    said: '',
    journal: [{ before: { cpu: 'an abacus' } }],
  });
  rmSync(folder, { recursive: true });
  expect(reopened(() => ({ time: '1970-01-01T00:00:00Z' }))).toMatchObject({ said: '', journal: [] });
});

it('keeps what a run learned on when it is opened without learning anything', () => {
  const learning = { leader: { name: 'wasm', device: 'one core' } };
  openRun(folder, loaded, { learning })[Symbol.dispose]();
  openRun(folder, loaded, { resume: true })[Symbol.dispose]();
  expect(RunFolder.readEnvironment(folder)).toMatchObject({ learning });
  expect(RunFolder.readJournal(folder)).toEqual([]);
});
