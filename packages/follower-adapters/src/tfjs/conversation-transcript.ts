import type { Episode, Strategy, StrategySet, Transcript } from '@rsim/core';

import { OnnxLanguage } from '../onnx/onnx-language.js';
import type { OnnxModelFolder } from '../onnx/onnx-model-folder.js';
import { decodeTokens } from '../onnx/token-table.js';
import type { ConversationFormat } from '../text/conversation-format.js';
import { StopMatcher } from '../text/stop-matcher.js';
import { TokenTextStream } from '../text/token-text-stream.js';

/** What the text of an episode was written with. */
export interface ConversationSource {
  readonly model: Pick<OnnxModelFolder, 'tokenizer' | 'endOfTurn'>;
  readonly format: ConversationFormat;
  readonly strategySet: StrategySet;
}

/**
 * What a session of the follower `onnx` evaluated of an episode. Where a turn went on after the model had ended it, the mark that
 * ended it is left out, as it was of the conversation: it is not learned.
 */
export function conversationTranscript(
  { model, format, strategySet }: ConversationSource,
  { problem, steps }: Pick<Episode, 'problem' | 'steps'>,
): Transcript {
  const { tokenizer, endOfTurn } = model;
  const { text, addSpecialTokens } = format.open(problem.question, tokenizer.specialTokens);
  const tokens = tokenizer.encode(text, addSpecialTokens);
  const logProbabilities: (number | null)[] = tokens.map(() => null);
  const language = new OnnxLanguage(format, tokenizer, () => undefined);
  for (const step of steps) {
    const isGuided = step.decision !== null || step.forced;
    const strategy = isGuided ? strategyOf(strategySet, step.strategy) : null;
    const { injection, stops } = language.request(strategy, { maxTokens: 1, temperature: 1, seed: 0 });
    // A step that its injection left no room for never reached the model.
    if (step.tokens.length === 0 && step.budgetTokens !== injection.length) continue;
    tokens.push(...injection);
    logProbabilities.push(...injection.map(() => null));
    const isUnended = step.finish === 'stop' && endOfTurn.includes(step.tokens.at(-1) ?? -1);
    const kept = isUnended ? step.tokens.slice(0, -1) : step.tokens;
    tokens.push(...kept);
    logProbabilities.push(...step.logProbabilities.slice(0, kept.length));
    const { finish } = step;
    const written = { ...readWritten(kept, stops, (ids) => decodeTokens(tokenizer.table, ids)), finish };
    language.read(strategy, { ...written, tokens: [], logProbabilities: [], promptTokens: 0, evaluatedTokens: 0 });
  }
  return { tokens, logProbabilities };
}

function strategyOf({ strategies, name }: StrategySet, id: string | null): Strategy {
  const found = strategies.find((strategy) => strategy.id === id);
  if (!found) throw new RangeError(`The strategy set "${name}" has no strategy ${id}.`);
  return found;
}

/** The text before what ended a step, and all text that the conversation went on after. */
function readWritten(
  tokens: readonly number[],
  stops: readonly string[],
  decode: (tokens: readonly number[]) => string,
): { text: string; context: string } {
  const stream = new TokenTextStream(decode);
  const matcher = new StopMatcher(stops);
  let [text, context] = ['', ''];
  const take = (part: string): void => {
    context += part;
    text += matcher.push(part);
  };
  for (const token of tokens) take(stream.push(token));
  take(stream.flush());
  return { text: text + matcher.flush(), context };
}
