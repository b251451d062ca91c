import { WeightsError } from '@rsim/core';
import { z } from 'zod';

import type { PublishedTokens } from '../published-tokens.js';
import type { GgufValue } from './gguf-file.js';

/** Kinds of tokens in GGUF (llama.cpp, `llama_token_type`). */
const KINDS = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

/**
 * Names by which llama.cpp knows how a text is parted before its merges, by the pattern in tokenizer.json: Qwen2 takes digits one
 * by one, Llama 3 up to three. A tokenizer of GPT-2's kind has no pattern of its own.
 */
const PATTERNS: Readonly<Record<string, string>> = {
  [patternOf('\\p{N}')]: 'qwen2',
  [patternOf('\\p{N}{1,3}')]: 'llama-bpe',
};

function patternOf(digits: string): string {
  const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  return `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
}

const byteLevel = z.looseObject({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.literal(false),
  use_regex: z.boolean(),
});
const split = z.looseObject({
  type: z.literal('Split'),
  behavior: z.literal('Isolated'),
  pattern: z.object({ Regex: z.string() }),
});
const digits = z.looseObject({ type: z.literal('Digits'), individual_digits: z.literal(true) });
const specialToken = z.looseObject({ SpecialToken: z.object({ id: z.string() }) });

const tokenizerSchema = z.looseObject({
  added_tokens: z
    .array(z.looseObject({ id: z.int().nonnegative(), content: z.string(), special: z.boolean() }))
    .default([]),
  pre_tokenizer: z.union([
    byteLevel,
    z.looseObject({ type: z.literal('Sequence'), pretokenizers: z.tuple([z.union([split, digits]), byteLevel]) }),
  ]),
  post_processor: z.unknown(),
  model: z.looseObject({
    type: z.literal('BPE'),
    byte_fallback: z.literal(false).nullish(),
    ignore_merges: z.boolean().default(false),
    vocab: z.record(z.string(), z.int().nonnegative()),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()]).transform((pair) => pair.join(' '))])),
  }),
});

type TokenizerFile = z.output<typeof tokenizerSchema>;

/**
 * The tokenizer of a published checkpoint as llama.cpp's `gpt2` BPE.
 *
 * @param json a parsed tokenizer.json
 * @param vocabularySize rows of the embedding, which may be more than there are tokens
 * @throws WeightsError when llama.cpp has no name for the way it parts texts
 */
export function publishedGgufTokenizer(
  json: unknown,
  tokens: PublishedTokens,
  vocabularySize: number,
): ReadonlyMap<string, GgufValue> {
  const parsed = tokenizerSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unusable(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const file = parsed.data;
  const { texts, kinds, ids } = vocabulary(file, vocabularySize);
  const entries: [string, GgufValue][] = [
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: partingName(file) }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: texts }],
    ['tokenizer.ggml.token_type', { type: 'int32s', value: kinds }],
    ['tokenizer.ggml.merges', { type: 'strings', value: file.model.merges }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: beginsWith(file.post_processor, tokens.beginning) }],
  ];
  for (const [key, text] of [
    ['bos', tokens.beginning],
    ['eos', tokens.end],
    ['padding', tokens.padding],
  ] as const) {
    const id = text === null ? undefined : ids.get(text);
    if (id !== undefined) entries.push([`tokenizer.ggml.${key}_token_id`, { type: 'uint32', value: id }]);
  }
  if (tokens.chatTemplate !== null) {
    entries.push(['tokenizer.chat_template', { type: 'string', value: tokens.chatTemplate }]);
  }
  return new Map(entries);
}

function vocabulary({ model, added_tokens: added }: TokenizerFile, size: number) {
  const texts = Array.from({ length: size }, (_, id) => `[PAD${id}]`);
  const kinds = Array.from({ length: size }, (): number => KINDS.unused);
  const ids = new Map<string, number>();
  const place = (text: string, id: number, kind: number): void => {
    if (id >= size) throw unusable(`the token ${JSON.stringify(text)} has the id ${id}, and the model ${size} tokens`);
    [texts[id], kinds[id]] = [text, kind];
    ids.set(text, id);
  };
  for (const [text, id] of Object.entries(model.vocab)) place(text, id, KINDS.normal);
  for (const { id, content, special } of added) place(content, id, special ? KINDS.control : KINDS.userDefined);
  return { texts, kinds, ids };
}

function partingName({ pre_tokenizer: parting, model: { ignore_merges: takesWhole } }: TokenizerFile): string {
  const [first, bytes] = parting.type === 'ByteLevel' ? [null, parting] : parting.pretokenizers;
  // llama.cpp takes words that are in the vocabulary whole under the name of Llama 3, and under none of the others.
  if (first?.type === 'Split') {
    const name = PATTERNS[first.pattern.Regex];
    if (name !== undefined && !bytes.use_regex && takesWhole === (name === 'llama-bpe')) return name;
  } else if (bytes.use_regex && !takesWhole) {
    return first === null ? 'gpt-2' : 'smollm';
  }
  throw unusable('pre_tokenizer: llama.cpp has no name for it that is known here');
}

/** Whether a post-processor puts the beginning mark before every text. */
function beginsWith(processor: unknown, beginning: string | null): boolean {
  if (beginning === null) return false;
  const parsed = z
    .looseObject({ processors: z.array(z.unknown()).optional(), single: z.array(z.unknown()).optional() })
    .safeParse(processor);
  if (!parsed.success) return false;
  const { processors = [], single = [] } = parsed.data;
  const first = specialToken.safeParse(single[0]);
  if (first.success && first.data.SpecialToken.id === beginning) return true;
  return processors.some((one) => beginsWith(one, beginning));
}

function unusable(why: string): WeightsError {
  return new WeightsError(`The checkpoint's tokenizer cannot be written as GGUF: ${why}.`, {
    code: 'model-unknown',
    remedy: "Use llama.cpp's own convert_hf_to_gguf.py, which knows the tokenizers of more models.",
  });
}
