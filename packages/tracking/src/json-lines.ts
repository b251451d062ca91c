import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { messageOf, RunFolderError } from '@rsim/core';
import { writeWhole } from './atomic-write.js';

export interface JsonLinesOptions {
  /** Whether each record is flushed to the disk before `append` returns. */
  readonly flush: boolean;
}

/** An append-only file of JSON records, one a line. What a crash left of a last line is cut off when it is opened. */
export class JsonLines implements Disposable {
  readonly #file: number;
  readonly #flush: boolean;
  /** Bytes of the whole records. */
  #length: number;

  private constructor(
    readonly path: string,
    file: number,
    length: number,
    flush: boolean,
  ) {
    this.#file = file;
    this.#length = length;
    this.#flush = flush;
  }

  /**
   * Opens the file for appending, and makes it where there is none.
   *
   * @throws RunFolderError when it cannot be written.
   */
  static open(path: string, { flush }: JsonLinesOptions): JsonLines {
    try {
      const { length } = existsSync(path) ? wholeLines(readFileSync(path)) : [];
      const file = openSync(path, 'a');
      ftruncateSync(file, length);
      return new JsonLines(path, file, length, flush);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /**
   * Adds one record, whole or not at all.
   *
   * @throws RunFolderError when it cannot be written.
   */
  append(record: object): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      writeWhole(this.#file, line);
      if (this.#flush) fsyncSync(this.#file);
      this.#length += line.length;
    } catch (error) {
      this.#cutBack();
      throw unwritable(this.path, error);
    }
  }

  /** The next record must not follow a part of one on its line. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // Then nothing more can be written either, and what is left is cut off when the file is opened.
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

/**
 * The records of a JSON-lines file, without what a crash left of a last line; none when there is no file.
 *
 * @throws RunFolderError when it cannot be read or a line within it is no JSON.
 */
export function readJsonLines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  let lines: string[];
  try {
    lines = wholeLines(readFileSync(path)).toString('utf8').split('\n').slice(0, -1);
  } catch (error) {
    throw new RunFolderError(`cannot read ${path}: ${messageOf(error)}`, {
      remedy: 'Check the permissions of the run folder.',
      cause: error,
    });
  }
  return lines.map((line, index) => parseLine<T>(line, path, index + 1));
}

/** Everything up to the last line feed. A record is one write that ends in a line feed, so only the last can be torn. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}

function parseLine<T>(line: string, path: string, number: number): T {
  try {
    return JSON.parse(line) as T;
  } catch (error) {
    throw new RunFolderError(`${path} line ${number} is no JSON: ${messageOf(error)}`, {
      remedy: 'The file was changed from outside; restore it or remove that line.',
      cause: error,
    });
  }
}

function unwritable(path: string, cause: unknown): RunFolderError {
  return new RunFolderError(`cannot write ${path}: ${messageOf(cause)}`, {
    remedy: 'Choose a run folder on a disk with free space where you may write.',
    code: 'run-folder-unwritable',
    cause,
  });
}
