import { messageOf, RsimError, WeightsError } from '@rsim/core/errors';

import { BatchEngine } from './batch-engine.js';
import { BatchEvaluator } from './batch-evaluator.js';
import { CausalModel } from './causal-model.js';
import { fitsVocabulary, mismatch } from './check-tokenizer.js';
import { deviceUnavailable } from './device.js';
import { chooseLayout } from './model-layout.js';
import { onnxFileFlaw } from './onnx-file-flaw.js';
import type { OnnxEngineData, OnnxEngineFacts } from './onnx-messages.js';
import { TokenSampler } from './token-sampler.js';

export interface StartedEngine {
  readonly engine: BatchEngine;
  readonly evaluator: BatchEvaluator;
  readonly facts: OnnxEngineFacts;
}

/**
 * Loads a model and makes it an engine.
 * @throws WeightsError when the file is no model of the kind, or does not fit its tokenizer
 * @throws FollowerError when the device cannot be used
 */
export async function startEngine(data: OnnxEngineData): Promise<StartedEngine> {
  let model = await load(data);
  try {
    const vocabularySize = model.signature.vocabularySize ?? data.vocabularySize;
    checkVocabulary(data, vocabularySize);
    const laidOut = await chooseLayout(model, { ...data, vocabularySize });
    model = laidOut.model;
    const evaluator = new BatchEvaluator(model, laidOut.layout, vocabularySize);
    const sampler = new TokenSampler(data.vocabulary, vocabularySize, data);
    const engine = new BatchEngine(evaluator, sampler, data.vocabulary, data);
    return { engine, evaluator, facts: { layout: laidOut.layout, cacheType: model.signature.cacheType } };
  } catch (error) {
    await model.dispose();
    throw error instanceof RsimError ? error : notRun(data.file, error);
  }
}

function notRun(file: string, cause: unknown): WeightsError {
  return new WeightsError(`The ONNX model ${file} cannot be run: ${firstLine(messageOf(cause))}.`, {
    remedy: 'Choose another with `dtype` or `file`, or export the model again.',
    cause,
  });
}

async function load({ file, device, threads }: OnnxEngineData): Promise<CausalModel> {
  try {
    return await CausalModel.load(file, { device, threads });
  } catch (cause) {
    if (cause instanceof WeightsError) throw cause;
    const flaw = unknownOperator(messageOf(cause)) ?? (await onnxFileFlaw(file));
    if (device !== 'cpu' && flaw === null) throw deviceUnavailable(device, firstLine(messageOf(cause)), cause);
    throw new WeightsError(`The ONNX model ${file} cannot be loaded: ${flaw ?? firstLine(messageOf(cause))}.`, {
      remedy:
        'Fetch the file again (`git lfs pull` in a clone) with the external data that belongs beside it, or choose another with `dtype` or `file`.',
      cause,
    });
  }
}

/** What is wrong where onnxruntime says that it does not know an operator. */
function unknownOperator(said: string): string | null {
  const [, name] = /(?:No Op registered for|Fatal error:) (?:[\w.]+:)?(\w+)/u.exec(said) ?? [];
  return name === undefined ? null : `it has the operator ${name}, which this onnxruntime does not know`;
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/\.$/u, '');
}

/** The config.json and the tokenizer, which were found to be of one model, against the graph. */
function checkVocabulary({ file, vocabulary, vocabularySize: said }: OnnxEngineData, vocabularySize: number): void {
  const known = vocabulary.table.offsets.length - 1;
  if (!fitsVocabulary(known, vocabularySize)) {
    throw mismatch(`The tokenizer has ${known} tokens where the ONNX model ${file} has ${vocabularySize}.`);
  }
  if (fitsVocabulary(said, vocabularySize)) return;
  throw mismatch(`The config.json says ${said} tokens where the ONNX model ${file} has ${vocabularySize}.`);
}
