import { BatchEvaluator, type Evaluated, type Layout } from './batch-evaluator.js';
import { CausalModel, type CausalModelOptions } from './causal-model.js';

/** Largest share of the logits' range by which another layout may change one; what is more is no rounding. */
const MOST_CHANGED = 0.01;
const SHORT = 5;
const LONG = 11;

export interface LaidOutModel {
  readonly model: CausalModel;
  readonly layout: Layout;
}

/** What a layout is chosen by. */
export interface LayoutOptions extends CausalModelOptions {
  /** Path of the .onnx file. */
  readonly file: string;
  /** Whether tokens see only the last ones before them, so that distances in the cache must be those of the tokens. */
  readonly isWindowed: boolean;
  readonly vocabularySize: number;
}

/**
 * Finds the best layout in which a model gives a short conversation the same logits as alone. Exports differ here in ways
 * that their inputs do not show: fused attention may take lengths where it says mask.
 * @param plain the model as it was loaded; it is disposed of where another one takes its place
 */
export async function chooseLayout(plain: CausalModel, options: LayoutOptions): Promise<LaidOutModel> {
  const { hasMask, hasPositions } = plain.signature;
  // GroupQueryAttention counts a row's tokens from its mask and takes them to begin at the first place.
  if (!hasMask || !hasPositions || plain.appendsAlone) return { model: plain, layout: 'equal' };
  const { vocabularySize } = options;
  const alone = await logitsOfShort({ model: plain, layout: 'equal' }, vocabularySize, []);
  const isRight = async (laidOut: LaidOutModel): Promise<boolean> => {
    const beside = await logitsOfShort(laidOut, vocabularySize, [LONG]);
    const range = Math.max(...alone) - Math.min(...alone);
    return alone.every((logit, place) => Math.abs(logit - (beside[place] as number)) <= MOST_CHANGED * range);
  };
  // Other devices are given the whole cache for every token anyway.
  const split = options.device === 'cpu' && !options.isWindowed ? await loadSplit(plain, options) : null;
  if (split) {
    const inPlace = { model: split, layout: 'in-place' } as const;
    const isUsed = await isRight(inPlace).catch(() => false);
    await (isUsed ? plain : split).dispose();
    if (isUsed) return inPlace;
  }
  const padded = { model: plain, layout: 'padded' } as const;
  return (await isRight(padded)) ? padded : { model: plain, layout: 'equal' };
}

/** A rewritten graph that onnxruntime does not take is one of a kind that is not known, too. */
async function loadSplit({ signature }: CausalModel, options: LayoutOptions): Promise<CausalModel | null> {
  return CausalModel.loadSplit(options.file, signature, options).catch(() => null);
}

/** The logits of a conversation of `SHORT` tokens after one more, and after two more at once, evaluated beside longer ones. */
async function logitsOfShort({ model, layout }: LaidOutModel, vocabularySize: number, others: number[]) {
  const evaluator = new BatchEvaluator(model, layout, vocabularySize);
  const group = [SHORT, ...others].map((length): Evaluated => {
    // Any different tokens will do.
    const tokens = Array.from({ length }, (_, index) => (index * 7 + 3) % vocabularySize);
    return evaluator.add({ row: -1, length: 0, pending: [...tokens, 1], last: -1 });
  });
  await evaluator.feed(group);
  const first = await evaluator.evaluate(group);
  group.forEach((each, place) => each.pending.push(2, ...Array.from({ length: 1 + place }, () => 3)));
  const second = await evaluator.evaluate(group);
  return [first, second].flatMap((logits) => Array.from(logits.get(group[0] as Evaluated) ?? []));
}
