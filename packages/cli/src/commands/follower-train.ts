import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, RunFolderError } from '@rsim/core';
import { buildTokenizerJson, MODEL_FILES, Tokenizer, type DecoderConfig } from '@rsim/lm';
import {
  modelCard,
  trainDecoder,
  writeModelFolder,
  type TrainDecoderOptions,
  type TrainingReport,
} from '@rsim/lm/training';
import {
  collectWords,
  followerCorpus,
  followerRecipes,
  mixtureOf,
  trainingProblems,
  type FollowerRecipe,
} from '@rsim/microworld';
import { backendChoices, useBackend, type BackendChoice } from '@rsim/lm/backends';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';
import { accuracyAlone } from '../accuracy-alone.js';
import { Interrupted, onInterrupt } from '../interrupt.js';
import { Progress } from '../progress.js';
import type { CommonOptions } from '../request.js';

export interface FollowerTrainOptions extends CommonOptions {
  /** Name of a recipe. */
  readonly name: string;
  readonly output?: string;
  readonly steps: number;
  /** Documents per step. */
  readonly batch: number;
  readonly backend: string;
}

const checkpointSteps = 100;
const warmupSteps = 150;

/** Trains an embedded follower from scratch on the corpus; goes on where it was when it is stopped. */
export async function followerTrain(options: FollowerTrainOptions): Promise<void> {
  const { backend, name, steps } = options;
  const recipe = recipeOf(name);
  const folder = resolve(options.output ?? join('models', name));
  refuseModel(folder);
  if (!isBackend(backend)) {
    throw new ConfigError(`there is no tfjs backend "${backend}"`, { remedy: `Known: ${backendChoices.join(', ')}.` });
  }
  await useBackend(backend);

  const suites = [wordProblems(), listPrograms(), tableQuestions()];
  const vocabulary = buildTokenizerJson(collectWords(trainingProblems(suites, 0)));
  const tokenizer = new Tokenizer(vocabulary);
  const settings = {
    ...{ decoder: decoderOf(recipe, tokenizer), seed: recipe.seed, steps, warmupSteps },
    ...{ batchDocuments: options.batch, learningRate: recipe.learningRate },
  };
  const start = tokenizer.idOf('<|bos|>') ?? 0;
  const signal = onInterrupt((message) => process.stderr.write(`\n${message}\n`));
  const progress = new Progress({ label: `training ${name}`, total: steps, unit: 'steps' });
  const trained = await trainDecoder({
    ...{ settings, signal, onProgress: shownIn(progress) },
    documents: (from) => {
      const corpus = followerCorpus({ name, recipe, suites, encode: (text) => tokenizer.encode(text), start });
      for (let number = 0; number < from; number += 1) corpus.next();
      return corpus;
    },
    checkpoints: { folder: join(folder, 'training'), everySteps: checkpointSteps },
  });
  progress.finish();
  if (!trained.finished) throw new Interrupted('stopped while training; the same command goes on from here');

  const { errors: _, ...mixture } = mixtureOf(recipe);
  const card = (measured: Readonly<Record<string, number>>) =>
    modelCard({ name, settings, progress: trained.progress, mixture, accuracyAlone: measured });
  const files = { name, config: settings.decoder, weights: trained.weights, tokenizer: vocabulary, card: card({}) };
  await writeModelFolder(folder, files);
  const measured = await accuracyAlone(folder, suites, signal);
  await writeFile(join(folder, MODEL_FILES.card), card(measured));
  if (options.json) console.log(JSON.stringify({ folder, accuracyAlone: measured }));
  else console.log(`${folder}\nuse it with --set follower.options.model=${folder}`);
}

function recipeOf(name: string): FollowerRecipe {
  const recipe = followerRecipes[name];
  if (recipe !== undefined) return recipe;
  throw new ConfigError(`there is no follower recipe "${name}"`, {
    remedy: `Known: ${Object.keys(followerRecipes).join(', ')}.`,
  });
}

function refuseModel(folder: string): void {
  if (!existsSync(join(folder, MODEL_FILES.manifest))) return;
  throw new RunFolderError(`there is already a model in ${folder}`, {
    remedy: 'Name another folder with --output, or delete that one.',
    code: 'model-exists',
  });
}

function isBackend(name: string): name is BackendChoice {
  return (backendChoices as readonly string[]).includes(name);
}

function decoderOf({ decoder }: FollowerRecipe, tokenizer: Tokenizer): DecoderConfig {
  return {
    vocabularySize: tokenizer.vocabularySize,
    hiddenSize: decoder.hidden,
    intermediateSize: decoder.intermediate,
    ...{ layers: decoder.layers, heads: decoder.heads },
    ...{ maxPositions: 384, rmsNormEpsilon: 1e-5, ropeTheta: 10_000 },
  };
}

function shownIn(progress: Progress): NonNullable<TrainDecoderOptions['onProgress']> {
  let first = true;
  return ({ loss, step, tokens, tokensPerSecond }: TrainingReport) => {
    if (first) progress.goOnFrom(step - 1);
    first = false;
    const millions = (tokens / 1e6).toFixed(2);
    progress.update(step, `loss ${loss.toFixed(3)} · ${millions}M tokens, ${Math.round(tokensPerSecond)}/s`);
  };
}
