import { format, stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import type { Request } from '../request.js';
import { runCommand } from '../run-command.js';

const program = new URL('../../bin/program.js', import.meta.url).href;
const { requestOf } = (await import(program)) as { requestOf: (words: readonly string[]) => Promise<Request> };

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a command in a folder as the real one does, in this process, which spares the seconds that a process of its own takes to
 * start. What commander refuses is an error; `spawnRsim` tells how it looks.
 */
export async function runRsim(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const written = { stdout: '', stderr: '' };
  const spies = [
    ...(['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        written[stream] += String(text);
        return true;
      }),
    ),
    vi.spyOn(console, 'log').mockImplementation((...values) => void (written.stdout += `${format(...values)}\n`)),
  ];
  const listeners = signals.map((signal) => process.listeners(signal));
  const before = process.cwd();
  process.chdir(folder);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const status = await runCommand(await requestOf(words));
    const [stdout, stderr] = [written.stdout, written.stderr].map(stripVTControlCharacters) as [string, string];
    return { status, stdout, stderr };
  } finally {
    vi.unstubAllEnvs();
    process.chdir(before);
    for (const [index, signal] of signals.entries()) {
      process.removeAllListeners(signal);
      for (const listener of listeners[index] ?? []) process.on(signal, listener);
    }
    for (const spy of spies) spy.mockRestore();
  }
}
