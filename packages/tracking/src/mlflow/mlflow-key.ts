import { createHash } from 'node:crypto';

const longest = 250;

/**
 * A name as MLflow takes it for a metric or a parameter: letters, digits, `_ - . /` and blanks (no colon, which servers on Windows refuse), no empty or relative parts
 * of a path, at most 250 characters. What is cut off is told apart by a digest.
 */
export function mlflowKey(name: string): string {
  const parts = name.split('/').map((part) => part.replace(/[^\p{L}\p{N}_.\- ]/gu, '_'));
  const key = parts.map((part) => (/^\.*$/.test(part) ? '_' : part)).join('/');
  if (key.length <= longest) return key;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${key.slice(0, longest - digest.length - 1)}-${digest}`;
}
