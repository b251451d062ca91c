import { z } from 'zod';

/** Options of whatever provider stands beside them. */
export const options = z
  .record(z.string(), z.unknown())
  .default({})
  .describe('Options of this provider, validated by its own schema; `rsim plugins list` names them.');

/** Something that a plug-in provides, by name and options. */
export const named = (what: string) => z.strictObject({ name: z.string().min(1).describe(what), options });

/** The same, where a name alone will do. */
export const asked = (what: string) =>
  z
    .union([z.string().min(1).describe(what), named(what)])
    .transform((value) => (typeof value === 'string' ? { name: value, options: {} } : value));
