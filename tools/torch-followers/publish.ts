/**
 * Takes what train.py wrote into the package that ships it: `publish.ts NAME TRAINED_FOLDER CORPUS_FOLDER`.
 * Writes weights, tokenizer, configurations, training record and manifest; measure.ts then writes the model card.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeModelManifest } from '@rsim/lm';
import { modelFolder } from './model-folder.js';

const [name = '', trained = '', corpus = ''] = process.argv.slice(2);
const folder = modelFolder(name);
mkdirSync(folder, { recursive: true });
for (const file of ['model.safetensors', 'config.json', 'training.json'])
  copyFileSync(join(trained, file), join(folder, file));
copyFileSync(join(corpus, 'tokenizer.json'), join(folder, 'tokenizer.json'));
const generation = { bos_token_id: 1, eos_token_id: 2, pad_token_id: 0, do_sample: true, temperature: 0.7 };
writeFileSync(join(folder, 'generation_config.json'), `${JSON.stringify(generation, null, 2)}\n`);
await writeModelManifest(folder, name);
