/**
 * Compares the vectors of the planner `encoder` with those that PyTorch gave, as check-encoder.py wrote them.
 *
 *   python tools/torch-followers/check-encoder.py FOLDER CHECKPOINT
 *   npm run check-encoder -w tools/torch-followers -- FOLDER
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { encoderPlannerOptionsSchema, readEncoderFolder, SentenceEncoder } from '@rsim/planner';

/** Of single precision, summed in another order. */
const MOST_DIFFERENT = 1e-4;

type Reference = Readonly<Record<'mean' | 'cls' | 'last', readonly number[]>> & { readonly text: string };

const model = resolve(process.env['INIT_CWD'] ?? '.', process.argv[2] ?? '.');
const references = JSON.parse(await readFile(join(model, 'reference.json'), 'utf8')) as Reference[];
let isRight = true;
for (const pooling of ['mean', 'cls', 'last'] as const) {
  const options = encoderPlannerOptionsSchema.parse({ model, pooling, normalise: false });
  const encoder = await SentenceEncoder.load((await readEncoderFolder(options)).settings);
  const begun = performance.now();
  let largest = 0;
  for (const reference of references) {
    const vector = await encoder.embed(reference.text);
    reference[pooling].forEach((value, index) => {
      largest = Math.max(largest, Math.abs(value - (vector[index] ?? Number.NaN)));
    });
  }
  const milliseconds = (performance.now() - begun) / references.length;
  isRight &&= largest <= MOST_DIFFERENT;
  console.log(`${pooling}: largest difference ${largest.toExponential(1)}, ${milliseconds.toFixed(0)} ms a text`);
}
if (!isRight) process.exitCode = 1;
