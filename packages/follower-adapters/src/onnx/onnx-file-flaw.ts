import { readFile } from 'node:fs/promises';

import { OnnxGraph } from '@rsim/lm/onnx-graph';

/** What is seen to be wrong with an .onnx file, as what comes after a colon; `null` where nothing is. */
export async function onnxFileFlaw(file: string): Promise<string | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return 'it cannot be read';
  if (bytes.length === 0) return 'it is empty';
  if (bytes.subarray(0, 100).includes('git-lfs')) return 'it is a Git LFS pointer, not the model itself';
  try {
    new OnnxGraph(bytes);
    return null;
  } catch {
    return 'it is cut off, or no ONNX model';
  }
}
