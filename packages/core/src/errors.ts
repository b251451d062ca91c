/** What every error of the platform carries besides its message. */
export interface RsimErrorOptions {
  /** What the reader can do about it: one sentence. */
  readonly remedy: string;
  /** Machine-readable name of what went wrong, kebab-case; each class has its own default. */
  readonly code?: string;
  /** The error underneath, if there is one. */
  readonly cause?: unknown;
}

/** Root of the error vocabulary: `message` says what happened and where, `remedy` what to do about it. */
export class RsimError extends Error {
  readonly code: string;
  readonly remedy: string;
  /** Exit code of a command that ends with this error. */
  readonly exitCode: number = 2;

  constructor(message: string, { remedy, code = 'rsim', cause }: RsimErrorOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.remedy = remedy;
  }
}

/** A configuration that does not say what it must. Code `config-invalid`. */
export class ConfigError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'config-invalid' });
  }
}

/** A plug-in that cannot be loaded, clashes with another, or does not provide what is asked of it. Code `plugin-failed`. */
export class PluginError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'plugin-failed' });
  }
}

/** A follower that failed to open a session or to write a step, or broke its contract. Code `follower-failed`. */
export class FollowerError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'follower-failed' });
  }
}

/** A planner that failed to decide, or decided something that does not exist. Code `planner-failed`. */
export class PlannerError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'planner-failed' });
  }
}

/** A verifier or reward rule that failed to judge an episode. Code `verifier-failed`. */
export class VerifierError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'verifier-failed' });
  }
}

/** Episodes that failed one and all, so that nothing can be learned or measured. Code: that of the first one's error. */
export class EpisodesError extends RsimError {}

/** A checkpoint that is missing, incomplete, altered or made for something else. Code `checkpoint-corrupt`. */
export class CheckpointError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'checkpoint-corrupt' });
  }
}

/** A run folder that cannot be written, read or resumed. Code `run-folder`. */
export class RunFolderError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'run-folder' });
  }
}

/** A tracker that could not send what it was to send. Code `tracker-failed`. */
export class TrackerError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'tracker-failed' });
  }
}

/** Model weights that are missing, altered or of the wrong shape. Code `weights-corrupt`. */
export class WeightsError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'weights-corrupt' });
  }
}

/** A file of the model hub that cannot be had, or is not what the hub says it is. Code `hub-failed`. */
export class HubError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'hub-failed' });
  }
}

/** A problem that does not parse or whose gold answer its own suite refuses. Code `problem-invalid`. */
export class ProblemError extends RsimError {
  constructor(message: string, options: RsimErrorOptions) {
    super(message, { ...options, code: options.code ?? 'problem-invalid' });
  }
}

/** The message of anything that can be thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
