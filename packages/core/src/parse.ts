import type { z } from 'zod';
import { ConfigError } from './errors.js';
import { suggest } from './nearest.js';

/**
 * What `schema` makes of `value`.
 *
 * @param place what is being read, for the message: a file, an option, a plug-in's options.
 * @throws ConfigError naming every field that is wrong.
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, place: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new ConfigError(`${place}: ${issues.map(describe).join('; ')}`, {
    remedy: remedyOf(issues, schema) ?? 'Correct the value named; the configuration reference lists what is allowed.',
    cause: result.error,
  });
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `"${[...path, key].join('.')}" is not a known field`).join('; ');
  }
  return path.length === 0 ? issue.message : `"${path.join('.')}": ${issue.message}`;
}

function remedyOf(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): string | null {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const known = fieldsAt(schema, issue.path);
    const [key] = issue.keys;
    if (key !== undefined && known.length > 0) return suggest(key, known);
  }
  return null;
}

/** Names of the fields a schema has at `path`; none where the path leaves what the schema knows. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  type Node = { properties?: Record<string, Node>; items?: Node } | undefined;
  let node = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }) as Node;
  for (const key of path) node = typeof key === 'number' ? node?.items : node?.properties?.[String(key)];
  return Object.keys(node?.properties ?? {});
}
