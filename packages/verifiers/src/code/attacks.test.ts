import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodePool } from './code-pool.js';
import { javascriptAttacks } from './testing/javascript-attacks.js';
import { pythonAttacks, type Attack } from './testing/python-attacks.js';

/** All of them with RSIM_SLOW=1; by default those that neither end an interpreter nor use up their limit of time. */
const isComplete = process.env['RSIM_SLOW'] === '1';
const seconds = isComplete ? 1 : 0.4;

const secret = `secret-${Math.random().toString(36).slice(2)}`;
const folder = mkdtempSync(join(tmpdir(), 'rsim-attacks-'));
const path = join(folder, 'secret.txt');
let pool: CodePool;
let server: Server;
let url: string;
let visits = 0;

beforeAll(async () => {
  writeFileSync(path, secret);
  server = createServer((_, response) => {
    visits += 1;
    response.end(secret);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  pool = new CodePool({ ...(!isComplete && { processes: 1 }), limits: { seconds } });
  await Promise.all([pool.warmUp('javascript'), pool.warmUp('python')]);
}, 120_000);

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const chosen = (attacks: readonly Attack[]) => attacks.filter(({ isSlow = false }) => isComplete || !isSlow);

describe('programs that attack', () => {
  it('are many', () => {
    expect(pythonAttacks.length).toBeGreaterThanOrEqual(60);
    expect(javascriptAttacks.length).toBeGreaterThanOrEqual(50);
    expect(new Set([...pythonAttacks, ...javascriptAttacks].map(({ program }) => program)).size).toBeGreaterThan(120);
  });

  it('get nowhere in Python', { timeout: 1_200_000 }, async () => {
    const attempts = await Promise.all(
      chosen(pythonAttacks).map(async ({ name, program }) => {
        const tests = `assert f(${JSON.stringify(path)}, ${JSON.stringify(url)}) == ${JSON.stringify(secret)}`;
        const { status } = await pool.runTests({ program, entryPoints: ['f'], setup: '', tests });
        const request = { language: 'python', program, entryPoint: 'f', calls: [[path, url]] } as const;
        const calls = isComplete ? await pool.runCalls(request) : null;
        return { name, passes: status === 'passed' || JSON.stringify(calls).includes(secret) };
      }),
    );
    expect(attempts.filter(({ passes }) => passes)).toEqual([]);
    expect(visits).toBe(0);
    await expectSound();
  });

  it('get nowhere in JavaScript', { timeout: 600_000 }, async () => {
    const attempts = await Promise.all(
      chosen(javascriptAttacks).map(async ({ name, program }) => {
        const calls = await pool.runCalls({ language: 'javascript', program, entryPoint: 'f', calls: [[path, url]] });
        return { name, passes: JSON.stringify(calls).includes(secret) };
      }),
    );
    expect(attempts.filter(({ passes }) => passes)).toEqual([]);
    expect(visits).toBe(0);
    await expectSound();
  });
});

/** After all that, right programs still pass and wrong ones do not, in every process of the pool. */
async function expectSound(): Promise<void> {
  const rounds = Array.from({ length: 8 }, async () => {
    const right = await pool.runTests({
      program: 'import math\ndef f(x): return [math.pi > 3, len(str(x)), sorted([2, 1])]',
      ...{ entryPoints: ['f'], setup: '', tests: 'assert f(10) == [True, 2, [1, 2]]' },
    });
    const wrong = await pool.runTests({
      program: 'def f(x): return x',
      ...{ entryPoints: ['f'], setup: '', tests: 'assert f(1) == 2' },
    });
    const script = await pool.runCalls({
      language: 'javascript',
      program: 'const f = (x) => [x].map((y) => ({ y }))',
      ...{ entryPoint: 'f', calls: [[1]] },
    });
    return [right.status, wrong.status, script];
  });
  for (const round of await Promise.all(rounds)) {
    expect(round).toEqual(['passed', 'failed', { status: 'done', values: [{ value: [{ y: 1 }] }] }]);
  }
}
