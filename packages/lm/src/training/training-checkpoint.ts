import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CheckpointError, messageOf } from '@rsim/core';
import { z } from 'zod';

import type { DecoderWeights, WeightTensor } from '../decoder-weights.js';
import { readSafetensors, writeSafetensors } from '../safetensors.js';
import type { AdamWMoments } from './adamw.js';

const STATE_FILE = 'checkpoint.json';

const stateSchema = z.object({
  schema: z.literal('rsim.decoder-training/1'),
  /** What the training was started with; only the same may go on with it. */
  fingerprint: z.string(),
  step: z.int().nonnegative(),
  documents: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
  losses: z.array(z.object({ tokens: z.number(), loss: z.number() })),
  tensors: z.object({ file: z.string().regex(/^step-\d+\.safetensors$/), sha256: z.string() }),
});

/** Where a training stands, and how it came there. */
export type TrainingProgress = Pick<z.infer<typeof stateSchema>, 'step' | 'documents' | 'tokens' | 'losses'>;

export interface TrainingCheckpoint {
  readonly progress: TrainingProgress;
  readonly weights: DecoderWeights;
  readonly moments: AdamWMoments;
}

/** Writes a checkpoint; at any moment the folder holds a whole one or, before the first, none. */
export async function saveTrainingCheckpoint(
  folder: string,
  fingerprint: string,
  { progress, weights, moments }: TrainingCheckpoint,
): Promise<void> {
  const tensors = new Map([
    ...prefixed('weights/', weights),
    ...prefixed('first/', moments.first),
    ...prefixed('second/', moments.second),
  ]);
  const bytes = writeSafetensors(tensors, 'F32');
  const file = `step-${progress.step}.safetensors`;
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(join(folder, file), bytes);
    const state = {
      schema: 'rsim.decoder-training/1',
      fingerprint,
      ...progress,
      tensors: { file, sha256: sha256(bytes) },
    };
    await replaceFile(join(folder, STATE_FILE), `${JSON.stringify(state, null, 2)}\n`);
    for (const old of await readdir(folder)) {
      if (/^step-\d+\.safetensors$/.test(old) && old !== file) await rm(join(folder, old));
    }
  } catch (cause) {
    throw new CheckpointError(`The checkpoint folder ${folder} cannot be written: ${messageOf(cause)}.`, {
      remedy: 'Name a folder that can be written, on a disk with room.',
      cause,
    });
  }
}

/**
 * Reads the checkpoint of a folder, or `null` when it has none.
 * @throws CheckpointError when it is damaged, or belongs to a training with other settings
 */
export async function loadTrainingCheckpoint(folder: string, fingerprint: string): Promise<TrainingCheckpoint | null> {
  const stateFile = join(folder, STATE_FILE);
  const text = await readIfThere(stateFile);
  if (text === null) return null;
  const state = parseState(text.toString('utf8'), stateFile);
  if (state.fingerprint !== fingerprint) {
    throw new CheckpointError(`The checkpoint in ${folder} belongs to a training with other settings.`, {
      remedy: 'Go on with the same settings, or name another folder.',
    });
  }
  const bytes = await readIfThere(join(folder, state.tensors.file));
  if (bytes === null || sha256(bytes) !== state.tensors.sha256) throw damaged(join(folder, state.tensors.file));
  const { tensors } = readSafetensors(bytes, join(folder, state.tensors.file));
  const { step, documents, tokens, losses } = state;
  return {
    progress: { step, documents, tokens, losses },
    weights: unprefixed('weights/', tensors),
    moments: { first: unprefixed('first/', tensors), second: unprefixed('second/', tensors) },
  };
}

function parseState(text: string, file: string): z.infer<typeof stateSchema> {
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(file, cause);
  }
}

function damaged(file: string, cause?: unknown): CheckpointError {
  return new CheckpointError(`The checkpoint file ${file} is missing or damaged.`, {
    remedy: 'Delete the checkpoint folder to start again.',
    cause,
  });
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw damaged(file, error);
  }
}

async function replaceFile(file: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${file}.new`, content, { flush: true });
  await rename(`${file}.new`, file);
}

function prefixed(prefix: string, tensors: DecoderWeights): [string, WeightTensor][] {
  return [...tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor]);
}

function unprefixed(prefix: string, tensors: DecoderWeights): DecoderWeights {
  return new Map(
    [...tensors].flatMap(([name, tensor]): [string, WeightTensor][] =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
