/** What the launcher (bin/rsim.js) passes on: the command, its positional arguments and its options by long name. */
export interface Request {
  readonly command: string;
  /** A variadic argument is a list of its own. */
  readonly positional: readonly (string | readonly string[])[];
  readonly options: Options;
}

export interface CommonOptions {
  /** Machine-readable output on stdout. */
  readonly json?: boolean;
  /** Stack traces with errors. */
  readonly debug?: boolean;
}

export interface ConfigOptions extends CommonOptions {
  readonly config?: string;
  readonly set: readonly string[];
}

/** Options differ from command to command; each command declares the ones it reads. */
export type Options = CommonOptions & Readonly<Record<string, unknown>>;
