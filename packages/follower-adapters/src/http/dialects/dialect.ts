import type { CompletionPiece, CompletionRequest } from '../completion.js';

export type HttpMode = 'completions' | 'chat';

/** What a server says of a model it has. */
export interface ServerModel {
  readonly id: string;
  /** Number of parameters, or `null` where nobody tells. */
  readonly parameters: number | null;
}

/** How requests are written and answers read that differ between servers. */
export interface Dialect {
  /** Where such a server listens unless told otherwise. */
  readonly defaultUrl: string;
  /** Paths of the completions, by mode; a mode that is missing is not offered. */
  readonly paths: Readonly<Partial<Record<HttpMode, string>>>;
  /** Whether the server tells the end of the turn from a stop text. */
  readonly tellsEndOfTurn: boolean;
  /** Whether a stream is only whole with its end mark. */
  readonly hasEndMark: boolean;
  /** Whether the server says how probable its tokens were; `false` also where only some versions do. */
  readonly hasLogProbabilities: boolean;
  body(request: CompletionRequest, options: BodyOptions): Record<string, unknown>;
  /**
   * Reads one event, or a whole answer that is not streamed.
   * @throws z.ZodError when it is not of this dialect
   */
  read(json: unknown): CompletionPiece;
  readonly models: { readonly path: string; read(json: unknown): ServerModel[] };
  /** How the server reads text as tokens; missing where it does not tell. */
  readonly tokenize?: {
    readonly path: string;
    /** @param addSpecial whether with what the tokenizer puts around every text */
    body(text: string, model: string, addSpecial: boolean): object;
    /** Their ids. */
    read(json: unknown): readonly number[];
  };
  /** Where the server tells the model's chat template; missing where it does not. */
  readonly template?: { readonly path: string; read(json: unknown): ServerTemplate };
}

export interface BodyOptions {
  readonly mode: HttpMode;
  readonly model: string;
  readonly stream: boolean;
  readonly logProbabilities: boolean;
}

/** The chat template a server was given with its model. */
export interface ServerTemplate {
  readonly source: string | null;
  /** The model's beginning-of-text mark. */
  readonly beginning: string;
}
