import type { FollowerStep, StepOptions, Strategy } from '@rsim/core';

import type { SessionLanguage } from '../engine/engine-session.js';
import { type ConversationFormat, stepText } from '../text/conversation-format.js';
import type { OnnxStepRequest, OnnxWrittenStep } from './onnx-messages.js';
import type { OnnxTokenizer } from './onnx-tokenizer.js';

/** One conversation as text: what the assistant's turn says so far decides how the next injection is written. */
export class OnnxLanguage implements SessionLanguage<OnnxStepRequest, OnnxWrittenStep> {
  /** What the request under way appended. */
  #appended = '';

  constructor(
    private readonly format: ConversationFormat,
    private readonly tokenizer: OnnxTokenizer,
    private readonly onWritten: (written: OnnxWrittenStep) => void,
    private turn = '',
    private isUnclosed = false,
  ) {}

  request(strategy: Strategy | null, { maxTokens, temperature, seed }: StepOptions): OnnxStepRequest {
    this.#appended = this.format.append(strategy, this.turn, this.isUnclosed);
    return {
      injection: this.tokenizer.encodeContinuation(this.#appended),
      stops: this.format.stops(strategy),
      isGuided: strategy !== null,
      endOfTurn: this.format.finishAtEndOfTurn(strategy),
      ...{ maxTokens, temperature, seed },
    };
  }

  read(strategy: Strategy | null, written: OnnxWrittenStep): Pick<FollowerStep, 'text' | 'strategy'> {
    this.onWritten(written);
    this.turn += this.#appended + written.context;
    // A step that ended by itself without writing a stop text ended the turn, whose mark was taken away again.
    this.isUnclosed = written.finish === 'stop' && written.context === written.text;
    return { text: stepText(written.text), strategy: strategy?.id ?? null };
  }

  fork(): OnnxLanguage {
    return new OnnxLanguage(this.format, this.tokenizer, this.onWritten, this.turn, this.isUnclosed);
  }
}
