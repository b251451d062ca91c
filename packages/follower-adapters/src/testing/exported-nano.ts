import { type ExportFormat, exportModel } from '@rsim/lm';

import { embeddedModels } from '../embedded/embedded-model.js';

/**
 * Exports the embedded model `nano` as other programs read it.
 * @param output a folder that is not there yet
 * @returns the path that a follower takes as its `model`: the file of a GGUF export, else the folder
 */
export async function exportNano(format: ExportFormat, output: string): Promise<string> {
  const nano = (await embeddedModels()).find(({ name }) => name === 'nano');
  if (nano === undefined) throw new Error('there is no embedded model nano');
  const [first = output] = await exportModel(nano.path, format, output);
  return format.startsWith('gguf') ? first : output;
}
