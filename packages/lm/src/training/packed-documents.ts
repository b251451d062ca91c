import { ConfigError } from '@rsim/core';

/** One document and how much each of its tokens counts in the loss (as a target; the first one never is). */
export interface TrainingDocument {
  readonly tokens: readonly number[];
  readonly weights: readonly number[];
}

/** Documents one after another in one list of rows; a row has a token and may have, as its target, the next one of its document. */
export interface PackedDocuments {
  /** Place of the first of them among all documents. */
  readonly first: number;
  /** Rows of each: its tokens but the last. */
  readonly lengths: readonly number[];
  readonly inputs: Int32Array;
  /** The rows that have targets, in their order; these; and how many of them each document has. */
  readonly rows: readonly number[];
  readonly targets: Int32Array;
  readonly counts: readonly number[];
}

export interface PackOptions {
  readonly maxPositions: number;
  /** Of a pack; a longer document is a pack of its own. */
  readonly mostRows: number;
  /** Which of each document's tokens are targets, by their places; all but the first by default. */
  readonly places?: readonly (readonly number[])[] | undefined;
}

/**
 * Divides documents, in their order, into packs.
 * @throws ConfigError when a document is too short or too long to learn from
 */
export function packDocuments(
  documents: readonly (readonly number[])[],
  { maxPositions, mostRows, places = documents.map(placesAfterFirst) }: PackOptions,
): PackedDocuments[] {
  const packs: PackedDocuments[] = [];
  let first = 0;
  while (first < documents.length) {
    let [end, rows] = [first, 0];
    while (end < documents.length) {
      const length = rowsOf(documents[end] as readonly number[], maxPositions);
      if (end > first && rows + length > mostRows) break;
      rows += length;
      end += 1;
    }
    packs.push(pack(documents.slice(first, end), first, places.slice(first, end)));
    first = end;
  }
  return packs;
}

function pack(
  documents: readonly (readonly number[])[],
  first: number,
  places: readonly (readonly number[])[],
): PackedDocuments {
  const [rows, targets]: [number[], number[]] = [[], []];
  let start = 0;
  documents.forEach((tokens, index) => {
    for (const place of places[index] as readonly number[]) {
      rows.push(start + place - 1);
      targets.push(tokens[place] as number);
    }
    start += tokens.length - 1;
  });
  return {
    first,
    lengths: documents.map(({ length }) => length - 1),
    inputs: Int32Array.from(documents.flatMap((tokens) => tokens.slice(0, -1))),
    rows,
    targets: Int32Array.from(targets),
    counts: places.map(({ length }) => length),
  };
}

function placesAfterFirst(tokens: readonly number[]): number[] {
  return tokens.slice(1).map((_, index) => index + 1);
}

function rowsOf({ length }: readonly number[], maxPositions: number): number {
  if (length >= 2 && length - 1 <= maxPositions) return length - 1;
  throw new ConfigError(`A training document has ${length} tokens.`, {
    remedy: `Give documents of 2 to ${maxPositions + 1} tokens.`,
  });
}
