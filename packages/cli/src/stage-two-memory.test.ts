import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { MemorySample } from './testing/train-together.js';

const [script, probe] = ['train-together.ts', 'memory-probe.js'].map(
  (name) => new URL(`./testing/${name}`, import.meta.url),
);
const iterations = 500;
const every = 100;
const megabyte = 2 ** 20;
/**
 * What a thread's heap may grow by between the first sample and the last: the planner remembers up to 4096 texts. Losing one copy of the
 * follower's weights an iteration would be 56 MB.
 */
const heapAllowance = 5 * megabyte;
/** The same of the whole process, whose allocator keeps some of what was freed. */
const residentAllowance = 24 * megabyte;

/** What the process and its learning threads held after every hundred iterations. */
async function samples(): Promise<MemorySample[]> {
  const child = spawn(
    process.execPath,
    [...['--conditions=@rsim/source', '--import', 'tsx', fileURLToPath(script!)], String(iterations), String(every)],
    { env: { ...process.env, NODE_OPTIONS: `--import=${probe!.href}` }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const printed = await text(child.stdout);
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MemorySample);
}

test.skipIf(process.env['RSIM_SLOW'] !== '1')(
  `memory does not grow over ${iterations} iterations of leader and follower (minutes: only with RSIM_SLOW=1)`,
  { timeout: 3_600_000 },
  async () => {
    const taken = await samples();
    expect(taken.map(({ iteration }) => iteration)).toEqual([100, 200, 300, 400, 500]);
    const [first, last] = [taken[0]!, taken.at(-1)!];
    expect(Object.keys(first.threads).sort()).toEqual(['learner-worker', 'main', 'policy-worker']);
    for (const [thread, { tensors, heap }] of Object.entries(first.threads)) {
      expect(last.threads[thread]!.tensors, `tensors of ${thread}`).toBe(tensors);
      expect(last.threads[thread]!.heap - heap, `growth of the heap of ${thread}`).toBeLessThan(heapAllowance);
    }
    expect(last.resident - first.resident, 'growth of the process').toBeLessThan(residentAllowance);
  },
);
