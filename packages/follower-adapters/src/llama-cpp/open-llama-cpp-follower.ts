import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { messageOf, WeightsError } from '@rsim/core';
import { downloadFile, type DownloadOptions, isHubReference } from '@rsim/hub';

import { ChatTemplate } from '../text/chat-template.js';
import { ConversationFormat } from '../text/conversation-format.js';
import type { LlamaCppOptions } from './llama-cpp-options.js';
import { LlamaCppFollower } from './llama-cpp-follower.js';
import {
  importLlamaLibrary,
  type LlamaContext,
  type LlamaLibrary,
  llamaLibrary,
  type LlamaModel,
  type LoadLlamaLibrary,
} from './llama-library.js';
import { borrowRuntime } from './llama-runtimes.js';
import { SequencePool } from './sequence-pool.js';

/** Most tokens of a context that nobody set the size of. */
const largestDefaultContext = 4096;

/**
 * Loads a GGUF file, downloading it where it is on the hub.
 *
 * @param directory from which a relative path starts
 * @param download of a file on the hub
 * @throws FollowerError when node-llama-cpp is not installed
 * @throws WeightsError when the file is missing or cannot be read, or there is no chat template where one is needed
 * @throws HubError when the download fails
 */
export async function openLlamaCppFollower(
  options: LlamaCppOptions,
  directory = process.cwd(),
  load: LoadLlamaLibrary = importLlamaLibrary,
  download: DownloadOptions = {},
): Promise<LlamaCppFollower> {
  const { model: named } = options;
  const path = isHubReference(named) ? await downloadFile(named, download) : resolve(directory, named);
  await checkGguf(path);
  const held: { dispose(): Promise<void> }[] = [];
  const release = async (): Promise<void> => {
    for (const one of held.splice(0).reverse()) await one.dispose();
  };
  try {
    const model = await loadModel(await llamaLibrary(load), path, options, held);
    const format = new ConversationFormat(options, templateOf(model, options));
    const contextSize = options.contextSize ?? Math.min(model.trainContextSize, largestDefaultContext);
    const context = await createContext(model, contextSize, options, held);
    const pool = await SequencePool.create(context);
    held.push(pool);
    return new LlamaCppFollower(
      model.fileInfo.metadata.general?.name ?? basename(path, '.gguf'),
      parametersOf(model),
      {
        ...{ model, pool, format, contextSize: Math.min(contextSize, context.contextSize) },
        isSteering: remembered((token) => model.isSpecialToken(token) && !model.isEogToken(token)),
        ...{ candidates: options.candidates, meter: { evaluatedTokens: 0, isClosed: false } },
      },
      release,
    );
  } catch (error) {
    await release();
    throw error;
  }
}

/** Looks at the first bytes: what is no GGUF at all is better said here than by the library. */
async function checkGguf(path: string): Promise<void> {
  try {
    await using file = await open(path);
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') === 'GGUF') return;
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new WeightsError(isMissing ? `There is no file ${path}.` : `${path} cannot be opened: ${messageOf(cause)}.`, {
      code: 'model-unknown',
      remedy: 'Give the path of a GGUF file as `model`.',
      cause,
    });
  }
  throw new WeightsError(`${path} is no GGUF file.`, { remedy: 'Give the path of a GGUF file as `model`.' });
}

async function loadModel(
  library: LlamaLibrary,
  path: string,
  { gpu, gpuLayers, threads }: LlamaCppOptions,
  held: { dispose(): Promise<void> }[],
): Promise<LlamaModel> {
  const borrowed = await borrowRuntime(library, {
    ...{ gpu: gpu ? ('auto' as const) : (false as const), build: 'never', skipDownload: true, logLevel: 'disabled' },
    ...(threads !== undefined && { maxThreads: threads }),
  });
  held.push(borrowed);
  try {
    const model = await borrowed.runtime.loadModel({ modelPath: path, ...(gpuLayers !== undefined && { gpuLayers }) });
    held.push(model);
    return model;
  } catch (cause) {
    throw new WeightsError(`${path} cannot be loaded: ${messageOf(cause)}.`, {
      remedy: 'Check that the file is whole, of a kind that llama.cpp knows, and fits into memory.',
      cause,
    });
  }
}

async function createContext(
  model: LlamaModel,
  contextSize: number,
  { sequences, threads }: LlamaCppOptions,
  held: { dispose(): Promise<void> }[],
): Promise<LlamaContext> {
  try {
    const context = await model.createContext({ sequences, contextSize, ...(threads !== undefined && { threads }) });
    held.push(context);
    return context;
  } catch (cause) {
    throw new WeightsError(`No context of ${sequences} × ${contextSize} tokens: ${messageOf(cause)}.`, {
      code: 'context-too-large',
      remedy: 'Lower `sequences` or `contextSize`.',
      cause,
    });
  }
}

/** The library looks in native memory each time; a token is what it is. */
function remembered(tell: (token: number) => boolean): (token: number) => boolean {
  const told = new Map<number, boolean>();
  return (token) => {
    const before = told.get(token);
    if (before !== undefined) return before;
    const now = tell(token);
    told.set(token, now);
    return now;
  };
}

function templateOf({ fileInfo, tokens }: LlamaModel, { chatTemplate }: LlamaCppOptions): ChatTemplate | null {
  const source = chatTemplate ?? fileInfo.metadata.tokenizer?.chat_template;
  if (source === undefined) return null;
  return new ChatTemplate(source, { bos_token: tokens.bosString ?? '', eos_token: tokens.eosString ?? '' });
}

function parametersOf({ fileInfo }: LlamaModel): number | null {
  const { tensorInfo } = fileInfo;
  if (tensorInfo === undefined) return null;
  return tensorInfo.reduce(
    (sum, { dimensions }) => sum + dimensions.reduce<number>((size, one) => size * Number(one), 1),
    0,
  );
}
