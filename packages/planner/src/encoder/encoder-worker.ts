/** Computes the vectors of texts in a thread of its own; see {@link EncoderThread}. */
import { workerData } from 'node:worker_threads';
import { serveRequests } from '../serve-requests.js';
import type { EncodingRequest } from './encoder-thread.js';
import { SentenceEncoder } from './sentence-encoder.js';
import type { EncoderSettings } from './sentence-encoder.js';

let encoder: Promise<SentenceEncoder> | null = null;

serveRequests(async ({ texts }: EncodingRequest): Promise<Float32Array[]> => {
  const loaded = await (encoder ??= SentenceEncoder.load((workerData as { settings: EncoderSettings }).settings));
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await loaded.embed(text));
  return vectors;
});
