/**
 * Writes a follower's training corpus for train.py: `write-corpus.ts NAME TOKENS FOLDER`.
 * FOLDER gets tokens.u16, weights.u8 (hundredths), lengths.u16, tokenizer.json and recipe.json.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { buildTokenizerJson, Tokenizer } from '@rsim/lm';
import { collectWords, followerCorpus, followerRecipes, trainingProblems } from '@rsim/microworld';
import { listPrograms, tableQuestions, wordProblems } from '@rsim/tasks';

/** Tokens that are gathered before they are written. */
const blockTokens = 1_000_000;

const [name = '', tokenCount = '', folder = ''] = process.argv.slice(2);
const recipe = followerRecipes[name];
if (recipe === undefined) {
  throw new Error(`there is no recipe "${name}"; known: ${Object.keys(followerRecipes).join(', ')}`);
}
const suites = [wordProblems(), listPrograms(), tableQuestions()];
const json = buildTokenizerJson(collectWords(trainingProblems(suites, 0)));
const tokenizer = new Tokenizer(json);
const start = tokenizer.idOf('<|bos|>');
if (start === undefined) throw new Error('the tokenizer has no <|bos|>');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json, null, 1));
writeFileSync(join(folder, 'recipe.json'), JSON.stringify(recipe, null, 1));

const open = (file: string) => openSync(join(folder, file), 'w');
const [tokensFile, weightsFile, lengthsFile] = [open('tokens.u16'), open('weights.u8'), open('lengths.u16')];
const corpus = followerCorpus({ name, recipe, suites, encode: (text) => tokenizer.encode(text), start });
for (let written = 0; written < Number(tokenCount);) {
  const tokens: number[] = [];
  const weights: number[] = [];
  const lengths: number[] = [];
  while (tokens.length < blockTokens) {
    const document = corpus.next().value;
    for (const token of document.tokens) tokens.push(token);
    for (const weight of document.weights) weights.push(Math.round(weight * 100));
    lengths.push(document.tokens.length);
  }
  writeSync(tokensFile, Uint16Array.from(tokens));
  writeSync(weightsFile, Uint8Array.from(weights));
  writeSync(lengthsFile, Uint16Array.from(lengths));
  written += tokens.length;
  process.stderr.write(`${name}: ${(written / 1e6).toFixed(0)}M tokens\n`);
}
for (const file of [tokensFile, weightsFile, lengthsFile]) closeSync(file);
