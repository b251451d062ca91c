import { StopMatcher } from '../text/stop-matcher.js';
import { TokenTextStream } from '../text/token-text-stream.js';
import type { OnnxStepRequest, OnnxVocabulary, OnnxWrittenStep } from './onnx-messages.js';
import { decodeTokens } from './token-table.js';
import type { TokenSampler } from './token-sampler.js';

/** One step while it is being written: what it has drawn, what that says, and when it is over. */
export class OnnxStep {
  readonly #tokens: number[] = [];
  readonly #logProbabilities: number[] = [];
  readonly #draw: ReturnType<TokenSampler['stream']>;
  readonly #stream: TokenTextStream;
  readonly #matcher: StopMatcher;
  #text = '';
  #context = '';

  constructor(
    private readonly request: OnnxStepRequest,
    private readonly promptTokens: number,
    private readonly vocabulary: OnnxVocabulary,
    sampler: TokenSampler,
  ) {
    this.#draw = sampler.stream(request);
    this.#stream = new TokenTextStream((tokens) => decodeTokens(vocabulary.table, tokens));
    this.#matcher = new StopMatcher(request.stops);
  }

  /** Whether there is room for a token to be drawn. */
  get hasRoom(): boolean {
    return this.request.injection.length + this.#tokens.length < this.request.maxTokens;
  }

  /** Draws the next token from a row of logits. */
  draw(logits: Float32Array): number {
    const { token, logProbability } = this.#draw(logits);
    this.#tokens.push(token);
    this.#logProbabilities.push(logProbability);
    // Some tokenizers count the mark that ends the turn as text.
    if (!this.endedTurn) this.#write(this.#stream.push(token));
    return token;
  }

  /** How the step ended, or `null` while it goes on. */
  finish(): OnnxWrittenStep['finish'] | null {
    if (this.endedTurn) return this.request.endOfTurn;
    if (this.#matcher.matched !== null) return 'stop';
    return this.hasRoom ? null : 'length';
  }

  /** Whether the last token has a probability. */
  get isProbable(): boolean {
    return Number.isFinite(this.#logProbabilities.at(-1));
  }

  /** Whether the last token ended the turn. */
  get endedTurn(): boolean {
    return this.vocabulary.endOfTurn.includes(this.#tokens.at(-1) ?? -1);
  }

  written(finish: OnnxWrittenStep['finish'], evaluatedTokens: number): OnnxWrittenStep {
    this.#write(this.#stream.flush());
    return {
      tokens: this.#tokens,
      logProbabilities: this.#logProbabilities,
      finish,
      promptTokens: this.promptTokens,
      text: this.#text + this.#matcher.flush(),
      context: this.#context,
      evaluatedTokens,
    };
  }

  #write(text: string): void {
    this.#context += text;
    this.#text += this.#matcher.push(text);
  }
}
