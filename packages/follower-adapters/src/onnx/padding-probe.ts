import { BatchEvaluator, type Evaluated } from './batch-evaluator.js';
import { emptySlice } from './cache-slice.js';
import type { CausalModel } from './causal-model.js';

/** Largest share of the logits' range by which padding may change one; what is more is no rounding. */
const MOST_CHANGED = 0.01;
const SHORT = 5;
const LONG = 11;

/**
 * Tries whether a model gives a short conversation the same logits alone and padded beside a long one. Exports differ
 * here in ways that their inputs do not show: fused attention may take lengths where it says mask.
 */
export async function takesPadding(model: CausalModel, vocabularySize: number): Promise<boolean> {
  const { hasMask, hasPositions } = model.signature;
  if (!hasMask || !hasPositions) return false;
  const alone = await evaluateShort(model, vocabularySize, []);
  const beside = await evaluateShort(model, vocabularySize, [LONG]);
  const range = Math.max(...alone) - Math.min(...alone);
  return alone.every((logit, token) => Math.abs(logit - (beside[token] as number)) <= MOST_CHANGED * range);
}

/** The logits of a conversation of `SHORT` and one more token, evaluated in two rounds beside others. */
async function evaluateShort(model: CausalModel, vocabularySize: number, others: number[]): Promise<number[]> {
  const evaluator = new BatchEvaluator(model, true, vocabularySize);
  const group = [SHORT, ...others].map((length): Evaluated => ({
    cache: emptySlice(model.shapes.length),
    last: -1,
    // Any different tokens will do.
    pending: Array.from({ length }, (_, index) => (index * 7 + 3) % vocabularySize),
  }));
  await evaluator.evaluate(group, false);
  for (const conversation of group) conversation.pending = [1];
  const [logits] = await evaluator.evaluate(group);
  return Array.from(logits ?? []);
}
