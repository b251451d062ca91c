import { FollowerError } from '@rsim/core';
import { buildDecoderGraph, SPECIAL_TOKENS, STRATEGY_TOKENS, type Tokenizer } from '@rsim/lm';

import type { EmbeddedModel } from '../embedded/embedded-model.js';
import { EmbeddedVocabulary } from '../embedded/embedded-vocabulary.js';
import type { StepRequest } from '../embedded/engine-messages.js';
import { openInlineEngine } from '../embedded/inline-engine.js';
import { ANSWER_TAG, strategyTags } from '../embedded/injection-templates.js';
import type { WrittenStep } from '../engine/engine.js';
import { EngineClient } from '../engine/engine-client.js';
import type { TextModel, TextRequest, WrittenText } from './text-model.js';

/** An embedded follower's weights as a plain text model: it goes on with documents as they are, tags included. */
export class EmbeddedTextModel implements TextModel, AsyncDisposable {
  private constructor(
    readonly name: string,
    private readonly tokenizer: Tokenizer,
    private readonly vocabulary: EmbeddedVocabulary,
    private readonly engine: EngineClient<StepRequest>,
    private readonly maxPositions: number,
  ) {}

  static async create({ name, config, weights, tokenizer }: EmbeddedModel): Promise<EmbeddedTextModel> {
    const vocabulary = new EmbeddedVocabulary(tokenizer, strategyTags);
    const data = { config, graph: buildDecoderGraph(config, weights), roles: vocabulary.roles };
    const engine = await EngineClient.connect<StepRequest, WrittenStep>((listener) => openInlineEngine(data, listener));
    return new EmbeddedTextModel(name, tokenizer, vocabulary, engine, config.maxPositions);
  }

  encode(text: string): number[] {
    return this.tokenizer.encode(text);
  }

  async complete({ prompt, maxTokens, temperature, seed, signal }: TextRequest): Promise<WrittenText> {
    const { before, tag } = splitTag(prompt);
    const past = this.vocabulary.readQuestion('').concat(this.tokenizer.encode(before));
    if (past.length + maxTokens >= this.maxPositions) throw overflow(past.length + maxTokens, this.maxPositions);
    const session = this.engine.open(past);
    const close = (): void =>
      this.engine.close(session, new FollowerError('The client has gone.', { remedy: 'None.' }));
    signal.addEventListener('abort', close, { once: true });
    try {
      const injection = tag === null ? [] : this.tokenizer.encode(tag);
      const request = { injection, mode: modeOf(tag), maxTokens: maxTokens + injection.length, temperature, seed };
      const written = await this.engine.step(session, request);
      const isCut = written.finish === 'length';
      const tokens = written.tokens.map((id, index) => ({
        id,
        text: !isCut && index === written.tokens.length - 1 ? '' : this.tokenizer.decode([id]),
        isSpecial: id < SPECIAL_TOKENS.length,
        logProbability: written.logProbabilities[index] as number,
      }));
      const stop = isCut ? undefined : written.finish === 'stop' ? '\n' : null;
      return { promptTokens: past.length + injection.length, tokens, stop };
    } finally {
      signal.removeEventListener('abort', close);
      if (!signal.aborted) close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.dispose();
  }
}

/** The engine writes the line feed that closes a line, and takes the tag that opens the next one by itself. */
function splitTag(prompt: string): { before: string; tag: string | null } {
  const tag = STRATEGY_TOKENS.find((token) => prompt.endsWith(token)) ?? null;
  const before = prompt.slice(0, prompt.length - (tag?.length ?? 0));
  return { before: before.endsWith('\n') ? before.slice(0, -1) : before, tag };
}

function modeOf(tag: string | null): StepRequest['mode'] {
  if (tag === null) return 'free';
  return tag === ANSWER_TAG ? 'answer' : 'line';
}

function overflow(tokens: number, context: number): FollowerError {
  return new FollowerError(`maximum context length is ${context} tokens, ${tokens} were requested`, {
    code: 'context-overflow',
    remedy: 'Ask for less.',
  });
}
