import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/**
 * What a TypeScript file prints as JSON, in its last line, when it is run in a process of its own: a graphics driver is chosen when
 * a process starts.
 *
 * @param env the process's variables, e.g. those of `softwareVulkan`
 */
export async function printedBy(script: URL, words: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  const flags = ['--conditions=@rsim/source', '--import', import.meta.resolve('tsx')];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, fileURLToPath(script), ...words], {
    ...{ env, timeout: 170_000, maxBuffer: 2 ** 26 },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}
