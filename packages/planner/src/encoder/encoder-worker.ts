/** Computes the vectors of texts in a thread of its own; see {@link EncoderThread}. */
import { serveRequests } from '@rsim/core/worker';
import type { EncodingRequest } from './encoder-thread.js';
import { SentenceEncoder } from './sentence-encoder.js';

let encoder: Promise<SentenceEncoder> | null = null;

serveRequests(async ({ settings, texts }: EncodingRequest): Promise<Float32Array[]> => {
  const loaded = await (encoder ??= SentenceEncoder.load(settings));
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await loaded.embed(text));
  return vectors;
});
