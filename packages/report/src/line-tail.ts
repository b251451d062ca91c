import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const chunkBytes = 4 * 2 ** 20;

/** What a read of a growing file found since the read before. */
export interface TailRead<T> {
  readonly records: readonly T[];
  /** Whole lines that could not be used. */
  readonly damaged: number;
  /** Whether the file was replaced or cut, so that everything read before is void. */
  readonly restarted: boolean;
}

/** A JSON-lines file that another process may still be writing: each read gives the whole lines that are new. */
export class LineTail<T> {
  #offset = 0;
  /** What tells the file from one that took its name later; systems give a file number away again. */
  #file: string | null = null;
  #rest: Buffer = Buffer.alloc(0);

  /** @param parse the record of a line's JSON, or `null` where it is none. */
  constructor(
    private readonly path: string,
    private readonly parse: (json: unknown) => T | null,
  ) {}

  /** Never throws: a file that is not there or cannot be read has nothing new. */
  read(): TailRead<T> {
    const file = opened(this.path);
    if (file === null) return { records: [], damaged: 0, restarted: false };
    try {
      const { size, ino, birthtimeMs } = fstatSync(file);
      const identity = `${ino} ${birthtimeMs}`;
      const restarted = this.#file !== null && (identity !== this.#file || size < this.#offset);
      if (restarted) this.rewind();
      this.#file = identity;
      return { ...this.#readLines(file), restarted };
    } finally {
      closeSync(file);
    }
  }

  /** Lets the next read begin at the beginning. */
  rewind(): void {
    this.#offset = 0;
    this.#file = null;
    this.#rest = Buffer.alloc(0);
  }

  #readLines(file: number): Omit<TailRead<T>, 'restarted'> {
    const records: T[] = [];
    let damaged = 0;
    const buffer = Buffer.alloc(chunkBytes);
    for (let count; (count = readSync(file, buffer, 0, chunkBytes, this.#offset)) > 0;) {
      this.#offset += count;
      const bytes = Buffer.concat([this.#rest, buffer.subarray(0, count)]);
      const end = bytes.lastIndexOf('\n') + 1;
      this.#rest = Buffer.from(bytes.subarray(end));
      for (const line of bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)) {
        const record = line.trim() === '' ? null : this.parse(jsonOrNull(line));
        if (record === null) damaged += 1;
        else records.push(record);
      }
    }
    return { records, damaged };
  }
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
