/** What a completions server is asked to write on. */
export interface TextRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly stops: readonly string[];
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

export interface TextToken {
  readonly id: number;
  /** Empty for an end mark. */
  readonly text: string;
  /** Whether it is kept out of the text unless that is asked for. */
  readonly isSpecial?: boolean;
  readonly logProbability: number;
}

export interface WrittenText {
  readonly promptTokens: number;
  readonly tokens: readonly TextToken[];
  /** The stop text that ended it, `null` at the end of the turn; `undefined` where it was cut. */
  readonly stop: string | null | undefined;
}

/** What goes on with a text: what a completions server needs of a language model. */
export interface TextModel {
  readonly name: string;
  encode(text: string): number[];
  complete(request: TextRequest): Promise<WrittenText>;
}
