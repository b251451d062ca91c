import {
  matrixSections,
  sectionsMarkdown,
  sectionsTable,
  summariseMatrices,
  type AccuracyMatrix,
} from '@rsim/evaluation';
import type { CommonOptions } from './request.js';
import { writeAskedFile } from './write-asked-file.js';

export interface ShowMatricesOptions extends CommonOptions {
  /** File that the tables go to as Markdown. */
  readonly markdown?: string;
}

/** Prints what runs of tasks in sequence came to. */
export function showMatrices(matrices: readonly AccuracyMatrix[], { json, markdown }: ShowMatricesOptions): void {
  const summaries = summariseMatrices(matrices);
  const sections = matrixSections(summaries, matrices[0]?.tasks ?? []);
  if (markdown !== undefined) writeAskedFile(markdown, `${sectionsMarkdown(sections)}\n`, '--markdown');
  if (json) console.log(JSON.stringify({ runs: matrices, summaries }, null, 2));
  else console.log(`\n${sectionsTable(sections)}`);
}
