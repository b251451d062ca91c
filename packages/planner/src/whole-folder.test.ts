import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeWholeFolder } from './whole-folder.js';

vi.mock('node:fs/promises', { spy: true });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writeWholeFolder', () => {
  it('flushes every file and folder before the folder has its name, and the name after', async () => {
    vi.mocked(open).mockClear();
    vi.mocked(rename).mockClear();
    await writeWholeFolder(join(folder, 'it'), async (temporary) => {
      await mkdir(join(temporary, 'deep'));
      await writeFile(join(temporary, 'deep', 'a'), 'text');
    });
    const [renamed] = vi.mocked(rename).mock.invocationCallOrder;
    const flushed = vi.mocked(open).mock.calls.map(([path], index) => ({
      path: String(path).slice(folder.length),
      isBefore: vi.mocked(open).mock.invocationCallOrder[index]! < renamed!,
    }));
    expect(flushed).toEqual([
      ...['/.it.tmp/deep/a', '/.it.tmp/deep', '/.it.tmp'].map((path) => ({ path, isBefore: true })),
      { path: '', isBefore: false },
    ]);
  });

  it('replaces a folder, and takes away what a process that was killed left behind', async () => {
    await mkdir(join(folder, 'it'));
    await mkdir(join(folder, '.it.tmp'));
    await writeFile(join(folder, 'it', 'old'), '');
    await writeFile(join(folder, '.it.tmp', 'half'), '');
    await writeWholeFolder(join(folder, 'it'), (temporary) => writeFile(join(temporary, 'new'), 'text'));
    expect(await readdir(folder)).toEqual(['it']);
    expect(await readdir(join(folder, 'it'))).toEqual(['new']);
  });

  it('leaves what was there when it cannot be filled', async () => {
    await mkdir(join(folder, 'it'));
    await writeFile(join(folder, 'it', 'old'), 'text');
    const filled = writeWholeFolder(join(folder, 'it'), () => Promise.reject(new Error('the disk is full')));
    await expect(filled).rejects.toMatchObject({ code: 'checkpoint-unwritable', message: /it cannot be written: the/ });
    expect(await readdir(folder)).toEqual(['it']);
    expect(await readFile(join(folder, 'it', 'old'), 'utf8')).toBe('text');
  });
});
