import { Random } from '@rsim/core';

import type { DecoderConfig } from '../decoder-config.js';
import { type DecoderWeights, initializeDecoderWeights } from '../decoder-weights.js';
import { AdamW, type AdamWOptions } from './adamw.js';
import { lossAndGradients } from './document-loss.js';
import { learningRateAt } from './learning-rate.js';
import type { TrainingDocument } from './packed-documents.js';
import { loadTrainingCheckpoint, saveTrainingCheckpoint, type TrainingProgress } from './training-checkpoint.js';

/** What a training is; two with the same settings and documents give the same weights on the same machine. */
export interface TrainingSettings {
  readonly decoder: DecoderConfig;
  /** Seed of the first weights. */
  readonly seed: number;
  readonly steps: number;
  /** Documents per step. */
  readonly batchDocuments: number;
  /** The highest learning rate. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly optimizer?: Partial<AdamWOptions>;
}

const optimizerDefaults: AdamWOptions = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.05, clipNorm: 1 };

export interface TrainingReport extends TrainingProgress {
  readonly steps: number;
  /** Of the last step, in nats per weighted token. */
  readonly loss: number;
  readonly learningRate: number;
  /** Of this run. */
  readonly tokensPerSecond: number;
}

export interface TrainDecoderOptions {
  readonly settings: TrainingSettings;
  /** The corpus from document number `from` on, endless; the same number is always the same document. */
  documents(from: number): Iterable<TrainingDocument>;
  /** Where to keep what resuming needs, and after how many steps. A checkpoint that is there is gone on with. */
  readonly checkpoints?: { readonly folder: string; readonly everySteps: number };
  onProgress?(report: TrainingReport): void;
  /** Aborting writes a checkpoint and returns what there is. */
  readonly signal?: AbortSignal;
}

export interface TrainedDecoder {
  readonly weights: DecoderWeights;
  readonly progress: TrainingProgress;
  /** False when it was aborted before its last step. */
  readonly finished: boolean;
}

/** Most points of a loss curve that are kept. */
const CURVE_POINTS = 100;

/**
 * Trains a decoder from scratch with AdamW and a cosine schedule on the tfjs backend that is set.
 *
 * @throws CheckpointError when the checkpoint folder holds another training, or is damaged, or cannot be written
 * @throws ConfigError when a document cannot be learned from
 */
export async function trainDecoder(options: TrainDecoderOptions): Promise<TrainedDecoder> {
  const { settings, checkpoints, signal } = options;
  const fingerprint = JSON.stringify(settings);
  const optimizer = { ...optimizerDefaults, ...settings.optimizer };
  const found = checkpoints ? await loadTrainingCheckpoint(checkpoints.folder, fingerprint) : null;
  const weights = found?.weights ?? initializeDecoderWeights(settings.decoder, Random.of(settings.seed, 'weights'));
  const adamW = found ? new AdamW(optimizer, found.moments) : AdamW.start(optimizer, weights);
  let progress: TrainingProgress = found?.progress ?? { step: 0, documents: 0, tokens: 0, losses: [] };
  const save = async (): Promise<void> => {
    if (checkpoints) {
      await saveTrainingCheckpoint(checkpoints.folder, fingerprint, { progress, weights, moments: adamW.moments });
    }
  };
  const corpus = options.documents(progress.documents)[Symbol.iterator]();
  const start = { time: performance.now(), tokens: progress.tokens };
  while (progress.step < settings.steps && !signal?.aborted) {
    const batch = takeDocuments(corpus, settings.batchDocuments);
    const step = progress.step + 1;
    const learningRate = learningRateAt(settings, step);
    const { loss, gradients } = await lossAndGradients(settings.decoder, weights, batch);
    adamW.update(weights, gradients, learningRate, step);
    progress = advance(progress, settings, batch, loss);
    const tokensPerSecond = (1000 * (progress.tokens - start.tokens)) / (performance.now() - start.time);
    options.onProgress?.({ ...progress, steps: settings.steps, loss, learningRate, tokensPerSecond });
    if (checkpoints && step % checkpoints.everySteps === 0) await save();
  }
  await save();
  return { weights, progress, finished: progress.step >= settings.steps };
}

function takeDocuments(corpus: Iterator<TrainingDocument>, count: number): TrainingDocument[] {
  return Array.from({ length: count }, () => {
    const next = corpus.next();
    if (next.done === true) throw new RangeError('The corpus ended; it has to be endless.');
    return next.value;
  });
}

function advance(
  progress: TrainingProgress,
  { steps }: TrainingSettings,
  batch: readonly TrainingDocument[],
  loss: number,
): TrainingProgress {
  const step = progress.step + 1;
  const tokens = batch.reduce((sum, document) => sum + document.tokens.length - 1, progress.tokens);
  const isPoint = step === 1 || step % Math.ceil(steps / CURVE_POINTS) === 0 || step === steps;
  return {
    step,
    documents: progress.documents + batch.length,
    tokens,
    losses: isPoint ? [...progress.losses, { tokens, loss }] : progress.losses,
  };
}
