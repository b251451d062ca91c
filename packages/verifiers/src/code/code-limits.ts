/** What a program may use. */
export interface CodeLimits {
  /** Processor time of one request: loading the program and all its calls or tests. By the clock, three times as much. */
  readonly seconds: number;
  /** Bytes that an interpreter's memory may grow to; a program that wants more gets its language's out-of-memory error. */
  readonly memoryBytes: number;
  /** Bytes of the whole process, beyond which its interpreters are ended. */
  readonly residentBytes: number;
  /** By the clock: how long a process and its interpreters may take to start. */
  readonly startSeconds: number;
}

const mebibyte = 1024 * 1024;

export const defaultCodeLimits: CodeLimits = {
  seconds: 5,
  memoryBytes: 256 * mebibyte,
  residentBytes: 1024 * mebibyte,
  startSeconds: 60,
};
