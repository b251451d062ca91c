import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolderError } from '@rsim/core';
import { expect, it } from 'vitest';
import { writeAskedFile } from './write-asked-file.js';

it('writes the file, or names it and the option that it was asked for with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsim-asked-'));
  writeAskedFile(join(folder, 'table.md'), 'one', '--markdown');
  expect(readFileSync(join(folder, 'table.md'), 'utf8')).toBe('one');
  const missing = join(folder, 'no folder', 'table.md');
  expect(() => writeAskedFile(missing, 'two', '--markdown')).toThrow(RunFolderError);
  expect(() => writeAskedFile(missing, 'two', '--markdown')).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(`cannot write ${missing}: ENOENT`),
      remedy: expect.stringMatching(/folder that is there.* --markdown\.$/),
    }),
  );
  expect(readdirSync(folder)).toEqual(['table.md']);
  rmSync(folder, { recursive: true });
});
