import { ConfigError } from '@rsim/core';
import type { AskedFollower } from '../composition.js';

/**
 * Names of followers in the matrix: the label, else the model's name, or, where an earlier one has that, the provider's with
 * it: `nano (onnx)`.
 *
 * @throws ConfigError when a name is there twice all the same.
 */
export function columnNames(followers: readonly AskedFollower[]): string[] {
  const names: string[] = [];
  for (const asked of followers) {
    const short = asked.label ?? modelNameOf(asked);
    const name = asked.label === undefined && names.includes(short) ? `${short} (${asked.name})` : short;
    if (names.includes(name)) {
      throw new ConfigError(`two followers of the matrix are called "${name}"`, {
        remedy: `Give one of them another name: --followers other=…, or a label in the configuration.`,
      });
    }
    names.push(name);
  }
  return names;
}

/** The name of the model that an entry asks for, as far as its options say. */
export function modelNameOf({ name, options }: AskedFollower): string {
  const { model } = options;
  if (typeof model !== 'string') return name;
  const isPath = /^(\.|\/|[A-Za-z]:)/u.test(model);
  return isPath
    ? (model
        .replace(/[/\\]+$/u, '')
        .split(/[/\\]/u)
        .at(-1) as string)
    : model;
}
