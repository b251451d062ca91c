import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { CodePool } from './code-pool.js';
import { CodeProcess } from './code-process.js';
import { defaultCodeLimits } from './code-limits.js';
import type { CodeValue } from './code-request.js';
import { isSameValue } from './is-same-value.js';

const pool = new CodePool({ processes: 2, limits: { seconds: 0.5 } });
afterAll(() => pool[Symbol.asyncDispose]());

const run = (program: string, ...calls: (readonly CodeValue[])[]) =>
  pool.runCalls({ language: 'javascript', program, entryPoint: 'f', calls });

const plain = fc.letrec<{ value: CodeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.maxSafeInteger(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('CodePool', { timeout: 60_000 }, () => {
  it('calls a function and reads what it returns', async () => {
    const outcome = await run('const f = (a, b) => [a + b, { b }]', [1, 2], ['x', 'y'], []);
    expect(outcome).toEqual({
      status: 'done',
      values: [
        { value: [3, { b: 2 }] },
        { value: ['xy', { b: 'y' }] },
        { value: [NaN, { b: expect.anything() as unknown }] },
      ],
    });
  });

  it('tells an error of the program from a wrong value and from time that is up', async () => {
    expect(await run('const f = () => { throw new TypeError("no") }', [])).toEqual({
      status: 'done',
      values: [{ error: 'TypeError: no' }],
    });
    expect(await run('const f = (', [])).toMatchObject({ status: 'error' });
    expect(await run('const f = () => { for (;;); }', [])).toEqual({ status: 'timeout' });
    expect(await run('const f = () => 1', [])).toEqual({ status: 'done', values: [{ value: 1 }] });
  });

  it('runs a batch of 100, each program by itself', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        run(`globalThis.count = (globalThis.count ?? 0) + 1; const f = () => [count, ${index}]`, []),
      ),
    );
    expect(outcomes).toEqual(outcomes.map((_, index) => ({ status: 'done', values: [{ value: [1, index] }] })));
  });

  it('hands over plain data and gets it back the same', async () => {
    await fc.assert(
      fc.asyncProperty(plain, async (value) => {
        const outcome = await run('const f = (x) => x', [value]);
        const [result] = outcome.status === 'done' ? outcome.values : [];
        return result !== undefined && 'value' in result && isSameValue(value, result.value);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses what is no name of a function, and programs that are too long', async () => {
    const request = { language: 'javascript', program: '', calls: [] } as const;
    await expect(pool.runCalls({ ...request, entryPoint: 'f(); g' })).rejects.toThrow(
      '"f(); g" is no name of a function',
    );
    expect(await run('x'.repeat(300_000), [])).toEqual({ status: 'error', detail: 'the program is too long' });
  });

  it('ends its processes when it is closed, also those at work, and starts none for what waits', async () => {
    const other = new CodePool({ processes: 1 });
    const atWork = other.runCalls({ language: 'javascript', program: 'for (;;);', entryPoint: 'f', calls: [[]] });
    const waiting = other.warmUp('javascript');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await Promise.all([other[Symbol.asyncDispose](), expect(waiting).rejects.toThrow('the pool was closed')]);
    expect(await atWork).toMatchObject({ status: 'error', detail: 'the pool was closed' });
    await expect(other.warmUp('javascript')).rejects.toThrow('the pool was closed');
  });
});

describe('CodeProcess', { timeout: 60_000 }, () => {
  const request = { kind: 'calls', language: 'javascript', program: 'const f = () => 1', entryPoint: 'f' } as const;

  it('is killed when it does not answer in time, and started again', async () => {
    const late = new CodeProcess({ ...defaultCodeLimits, startSeconds: 0.01 });
    expect(await late.run({ ...request, calls: ['[]'], seconds: 0 })).toEqual({ status: 'timeout' });
    expect((await late.run({ ...request, calls: ['[]'], seconds: 10 })).status).toBe('done');
    await late.close();
  });

  it('ends a program that takes more memory than the process may have', async () => {
    const small = new CodeProcess({ ...defaultCodeLimits, residentBytes: 1 });
    expect((await small.run({ ...request, program: 'for (;;);', calls: ['[]'], seconds: 5 })).status).toBe('memory');
    await small.close();
  });
});

describe('isSameValue', () => {
  it.each<[CodeValue, unknown, boolean]>([
    [1, 1, true],
    [1, true, false],
    [0, -0, true],
    [NaN, NaN, true],
    ['1', 1, false],
    [[1, [2]], [1, [2]], true],
    [[1], [1, 2], false],
    [[], {}, false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, null, false],
    [null, undefined, false],
    [{ toString: 1 }, {}, false],
  ])('%j and %j: %s', (expected, actual, isSame) => {
    expect(isSameValue(expected, actual)).toBe(isSame);
  });
});
