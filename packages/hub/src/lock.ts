import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder shows that it lives this often; one that has not for `staleMilliseconds` is taken for dead. */
const heartbeatMilliseconds = 5_000;
const staleMilliseconds = 30_000;
const pollMilliseconds = 100;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly id: string;
}

/**
 * A lock between processes: a file that only one of them can create. The lock of a process that died is taken over.
 * A network file system that is late with times may let two in; what they write is checked afterwards all the same.
 */
export class FileLock implements AsyncDisposable {
  readonly #beat: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly id: string,
  ) {
    this.#beat = setInterval(() => {
      const now = new Date();
      utimes(path, now, now).catch(() => undefined);
    }, heartbeatMilliseconds);
    this.#beat.unref();
  }

  /** Waits until the lock is free, and takes it. @throws the signal's reason when that comes first. */
  static async take(path: string, signal?: AbortSignal): Promise<FileLock> {
    await mkdir(dirname(path), { recursive: true });
    const holder: Holder = { pid: process.pid, host: hostname(), id: randomUUID() };
    for (;;) {
      signal?.throwIfAborted();
      if (await create(path, JSON.stringify(holder))) return new FileLock(path, holder.id);
      if (await isAbandoned(path)) await clear(path);
      else await sleep(pollMilliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#beat);
    const holder = await holderOf(this.path);
    if (holder?.id === this.id) await rm(this.path, { force: true });
  }
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) return false;
  if (Date.now() - found.mtimeMs > staleMilliseconds) return true;
  const holder = await holderOf(path);
  return holder !== null && holder.host === hostname() && !isAlive(holder.pid);
}

/** Of several who see the same dead lock one moves it away; one who comes late puts the next holder's lock back. */
async function clear(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  if (!(await isAbandoned(aside))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
