import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { MemorySample } from './testing/train-together.js';

const [script, probe] = ['train-together.ts', 'memory-probe.js'].map(
  (name) => new URL(`./testing/${name}`, import.meta.url),
);
/** After which the caches are filled: the wasm memories and the heaps' pages reach the size they keep. */
const warmUp = 500;
const iterations = 1000;
const every = 100;
const megabyte = 2 ** 20;
/**
 * What a thread's heap may grow by after the warm-up: the planner remembers up to 4096 texts. Losing one copy of the
 * follower's weights an iteration would be 56 MB.
 */
const heapAllowance = 5 * megabyte;
/**
 * The same of the whole process, by the lowest of three samples: its allocator keeps some of what was freed, and how much swings with the
 * collectors of all threads. Losing the copy of the weights would be 33 MB.
 */
const residentAllowance = 24 * megabyte;

/** What the process and its learning threads held after every hundred iterations, the warm-up's left out. */
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
    .map((line) => JSON.parse(line) as MemorySample)
    .filter(({ iteration }) => iteration >= warmUp);
}

test.skipIf(process.env['RSIM_SLOW'] !== '1')(
  `memory does not grow over ${iterations - warmUp} iterations of leader and follower (minutes: only with RSIM_SLOW=1)`,
  { timeout: 3_600_000 },
  async () => {
    const taken = await samples();
    expect(taken.map(({ iteration }) => iteration)).toEqual([500, 600, 700, 800, 900, 1000]);
    const [first, last] = [taken[0]!, taken.at(-1)!];
    const names = Object.keys(first.threads).map((thread) => thread.replace(/-\d+$/, ''));
    expect(names.sort()).toEqual(['learner-worker', 'main', 'policy-worker', 'policy-worker']);
    for (const [thread, { tensors, heap }] of Object.entries(first.threads)) {
      expect(last.threads[thread]!.tensors, `tensors of ${thread}`).toBe(tensors);
      expect(last.threads[thread]!.heap - heap, `growth of the heap of ${thread}`).toBeLessThan(heapAllowance);
    }
    const lowest = (samples: readonly MemorySample[]) => Math.min(...samples.map(({ resident }) => resident));
    const growth = lowest(taken.slice(-3)) - lowest(taken.slice(0, 3));
    expect(growth, 'growth of the process').toBeLessThan(residentAllowance);
  },
);
