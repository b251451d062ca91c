import { ProblemError } from '@rsim/core';
import type { z } from 'zod';

/** One row of a data file, as it is there. */
export interface Row {
  readonly value: unknown;
  /** Where it stands, for messages: file and line, or file and row. */
  readonly place: string;
}

/**
 * What `schema` makes of a row.
 *
 * @throws ProblemError naming the place and what is wrong.
 */
export function parseRow<Schema extends z.ZodType>(schema: Schema, { value, place }: Row): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badRow(place, `${issue?.path.map(String).join('.') || 'row'}: ${issue?.message ?? 'not as expected'}`);
}

/** @param what what is wrong with the row. */
export function badRow(place: string, what: string): ProblemError {
  return new ProblemError(`${place}: ${what}`, {
    remedy: "Compare the row with the format on the suite's documentation page.",
  });
}
