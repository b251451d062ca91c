import type { EncoderFolder } from './encoder-folder.js';
import { EncoderThread } from './encoder-thread.js';
import { RememberedVectors } from './remembered-vectors.js';

export interface OpenEncoder {
  readonly vectors: RememberedVectors;
  readonly width: number;
}

/** Those of this process: planners with the same one share it and what it has read. */
const encoders = new Map<string, Promise<OpenEncoder>>();

/**
 * Loads an encoder, unless it is there.
 * @param remembered texts whose vectors are kept
 * @throws WeightsError when it is not usable
 */
export function openEncoder(folder: EncoderFolder, remembered: number): Promise<OpenEncoder> {
  const key = JSON.stringify([folder.fingerprint, folder.settings.threads, remembered]);
  const open = encoders.get(key) ?? load(folder, remembered);
  encoders.set(key, open);
  open.catch(() => encoders.delete(key));
  return open;
}

async function load({ name, fingerprint, settings }: EncoderFolder, remembered: number): Promise<OpenEncoder> {
  const thread = new EncoderThread(settings);
  try {
    // How wide its vectors are, and whether it works at all.
    const [vector] = await thread.embed(['']);
    const facts = { encoder: name, fingerprint };
    return { vectors: new RememberedVectors(facts, (texts) => thread.embed(texts), remembered), width: vector!.length };
  } catch (error) {
    await thread.stop();
    throw error;
  }
}
