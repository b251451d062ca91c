/**
 * Writes a follower's training corpus for train.py: `write-corpus.ts NAME TOKENS FOLDER`.
 * FOLDER gets tokens.u16, weights.u8 (hundredths), lengths.u16, tokenizer.json and recipe.json. Only problems of the train split.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Random, type Problem } from '@rsim/core';
import { buildTokenizerJson, Tokenizer } from '@rsim/lm';
import { collectWords, defaultMixture, followerRecipes, writeDocument, type Program } from '@rsim/microworld';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';

const longestDocument = 320;
const [name = '', tokenCount = '', folder = ''] = process.argv.slice(2);
const recipe = followerRecipes[name];
if (recipe === undefined)
  throw new Error(`there is no recipe "${name}"; known: ${Object.keys(followerRecipes).join(', ')}`);
const mixture = { ...defaultMixture, ...recipe.mixture };
const suites = [wordProblems(), listPrograms(), tableQuestions()];
const sources = (seed: number): Iterator<Problem<Program>>[] =>
  suites.map((suite) => suite.problems({ split: 'train', seed })[Symbol.iterator]());

const json = buildTokenizerJson(collectWords(sources(0)));
const tokenizer = new Tokenizer(json);
const bos = tokenizer.idOf('<|bos|>');
if (bos === undefined) throw new Error('the tokenizer has no <|bos|>');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json, null, 1));
writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe, null, 1));

const open = (file: string) => openSync(join(folder, file), 'w');
const [tokensFile, weightsFile, lengthsFile] = [open('tokens.u16'), open('weights.u8'), open('lengths.u16')];
const random = Random.of(recipe.seed, 'corpus', name);
const streams = sources(recipe.seed);
let written = 0;
while (written < Number(tokenCount)) {
  const tokens: number[] = [];
  const weights: number[] = [];
  const lengths: number[] = [];
  while (tokens.length < 1_000_000) {
    const document = writeDocument(() => random.pick(streams).next().value, mixture, random);
    const encoded = document.map(({ text, weight }) => ({ ids: tokenizer.encode(text), weight }));
    const length = 1 + encoded.reduce((sum, { ids }) => sum + ids.length, 0);
    if (length > longestDocument) continue;
    tokens.push(bos);
    weights.push(0);
    for (const { ids, weight } of encoded) {
      for (const id of ids) {
        tokens.push(id);
        weights.push(Math.round(weight * 100));
      }
    }
    lengths.push(length);
  }
  writeSync(tokensFile, Uint16Array.from(tokens));
  writeSync(weightsFile, Uint8Array.from(weights));
  writeSync(lengthsFile, Uint16Array.from(lengths));
  written += tokens.length;
  process.stderr.write(`${name}: ${(written / 1e6).toFixed(0)}M tokens\n`);
}
for (const file of [tokensFile, weightsFile, lengthsFile]) closeSync(file);
