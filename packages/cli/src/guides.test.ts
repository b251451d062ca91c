/** The guides are run: their files are written, their commands carried out, in an empty folder. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { runRsim } from './testing/run-rsim.js';

vi.setConfig({ testTimeout: 240_000 });

const root = fileURLToPath(new URL('../../../', import.meta.url));

test.each(['your-own-task'])('docs/guides/%s.md', async (name) => {
  const page = readFileSync(join(root, `docs/guides/${name}.md`), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'rsim-guide-'));
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const files = [...page.matchAll(/^```(?:ts|yaml)\n(?:\/\/|#) (\S+)\n([\s\S]*?)^```$/gm)];
    expect(files.length).toBeGreaterThan(0);
    for (const [, file = '', content = ''] of files) writeFileSync(join(folder, file), content);
    const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
      block.trim().split('\n'),
    );
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const words = command.replace(/^npx rsim /, '').split(' ');
      const { status, stdout, stderr } = await runRsim(folder, words);
      expect({ command, status, wrong: status === 0 ? '' : stderr }).toEqual({ command, status: 0, wrong: '' });
      expect(stdout).not.toBe('');
      expect(stderr).not.toMatch(/warning:/);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
