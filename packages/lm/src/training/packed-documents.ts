import { ConfigError } from '@rsim/core';

/** One document and how much each of its tokens counts in the loss (as a target; the first one never is). */
export interface TrainingDocument {
  readonly tokens: readonly number[];
  readonly weights: readonly number[];
}

/** Documents one after another in one list of rows; a row has a token and, as its target, the next one of its document. */
export interface PackedDocuments {
  /** Place of the first of them among all documents. */
  readonly first: number;
  /** Rows of each: its tokens but the last. */
  readonly lengths: readonly number[];
  readonly inputs: Int32Array;
  readonly targets: Int32Array;
}

/**
 * Divides documents, in their order, into packs.
 * @param mostRows of a pack; a longer document is a pack of its own
 * @throws ConfigError when a document is too short or too long to learn from
 */
export function packDocuments(
  documents: readonly (readonly number[])[],
  maxPositions: number,
  mostRows: number,
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
    packs.push(pack(documents.slice(first, end), first));
    first = end;
  }
  return packs;
}

function pack(documents: readonly (readonly number[])[], first: number): PackedDocuments {
  return {
    first,
    lengths: documents.map(({ length }) => length - 1),
    inputs: Int32Array.from(documents.flatMap((tokens) => tokens.slice(0, -1))),
    targets: Int32Array.from(documents.flatMap((tokens) => tokens.slice(1))),
  };
}

function rowsOf({ length }: readonly number[], maxPositions: number): number {
  if (length >= 2 && length - 1 <= maxPositions) return length - 1;
  throw new ConfigError(`A training document has ${length} tokens.`, {
    remedy: `Give documents of 2 to ${maxPositions + 1} tokens.`,
  });
}
