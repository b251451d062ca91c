import type { ReadDocument } from '@rsim/lm/training';
import { choiceLayout } from '../trajectory.js';
import type { ChoiceLayout, Trajectory } from '../trajectory.js';
import type { DecoderText } from './decoder-text.js';

/** Trajectories as documents in which every choice has a place. */
export interface DocumentBatch extends ChoiceLayout {
  readonly documents: readonly ReadDocument[];
  /** The row of {@link ChoiceLayout.choices} that each place belongs to, over all documents. */
  readonly rows: readonly number[];
}

/**
 * Lays out trajectories of which each has at least one choice. All choices of a trajectory are places in one document, since
 * a decoder sees at each place what comes before alone; choices for which the context is too short have documents of their own.
 */
export function layOutDocuments(trajectories: readonly Trajectory[], text: DecoderText): DocumentBatch {
  const layout = choiceLayout(trajectories);
  const documents: ReadDocument[] = [];
  const rows: number[] = [];
  for (const [column, { question, steps, choices }] of trajectories.entries()) {
    const parts = text.parts({ question, steps: steps.slice(0, choices.length - 1) });
    const ends = endsOf(parts);
    const fitting = ends.filter((end) => end <= text.contextLength);
    rows.push(...ends.map((_, time) => time * layout.trajectories + column));
    if (fitting.length > 0) {
      documents.push({ tokens: parts.slice(0, fitting.length).flat(), places: fitting.map((end) => end - 1) });
    }
    for (let last = fitting.length; last < parts.length; last += 1) {
      documents.push(wholeDocument(text.prefix(parts.slice(0, last + 1))));
    }
  }
  return { ...layout, documents, rows };
}

/** A document whose last place is wanted. */
export function wholeDocument(tokens: readonly number[]): ReadDocument {
  return { tokens, places: [tokens.length - 1] };
}

/** Number of tokens up to the end of each part. */
function endsOf(parts: readonly (readonly number[])[]): number[] {
  let end = 0;
  return parts.map(({ length }) => (end += length));
}
