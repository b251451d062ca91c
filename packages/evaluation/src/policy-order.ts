import { ConfigError } from '@rsim/core';
import type { Policy } from './policies/policy.js';

/**
 * The policies in an order in which each comes after those it needs; otherwise as given.
 *
 * @throws ConfigError when one needs a policy that is not there, or two need each other.
 */
export function inDependencyOrder(policies: readonly Policy[]): Policy[] {
  const ordered: Policy[] = [];
  const done = new Set<string>();
  let waiting = [...policies];
  while (waiting.length > 0) {
    const next = waiting.find(({ after }) => after.every((name) => done.has(name)));
    if (next === undefined) throw stuck(waiting, policies);
    ordered.push(next);
    done.add(next.name);
    waiting = waiting.filter((policy) => policy !== next);
  }
  return ordered;
}

function stuck(waiting: readonly Policy[], policies: readonly Policy[]): ConfigError {
  const names = new Set(policies.map(({ name }) => name));
  for (const { name, after } of waiting) {
    const missing = after.find((needed) => !names.has(needed));
    if (missing !== undefined) {
      return new ConfigError(`policy "${name}" needs the outcomes of policy "${missing}", which is not evaluated`, {
        remedy: `Add "${missing}" to the policies, or leave out "${name}".`,
      });
    }
  }
  return new ConfigError(`policies ${waiting.map(({ name }) => `"${name}"`).join(', ')} wait for each other`, {
    remedy: 'Let one of them do without the others.',
  });
}
