import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Follower } from '@rsim/core';
import type { FollowerColumn } from '@rsim/evaluation';
import { createFollower, type AskedFollower, type Composition } from '../composition.js';
import { sayUsage } from '../follower-usage.js';
import { hashFiles } from '../hash-files.js';
import type { LoadedConfig } from '../load-config.js';
import { namedFollower } from '../named-follower.js';
import type { MatrixFollower } from './asked-followers.js';
import { columnNames } from './follower-names.js';

/** The columns of the matrix; each follower is opened when its turn comes. */
export function followerColumns(
  { container }: Composition,
  loaded: LoadedConfig,
  followers: readonly MatrixFollower[],
): FollowerColumn[] {
  const names = columnNames(followers.map(({ asked }) => asked));
  return followers.map(({ asked, place }, index) => {
    const name = names[index] as string;
    return {
      name,
      open: async () => {
        const { label: _, ...unlabelled } = asked;
        const follower = await createFollower(container, loaded, unlabelled, place);
        try {
          const fingerprint = await identityOf(unlabelled, follower, loaded.directory);
          return { follower: columnFollower(follower, name, fingerprint), model: follower.name };
        } catch (error) {
          await follower[Symbol.asyncDispose]();
          throw error;
        }
      },
    };
  });
}

/** Says at its end what it was asked for: its column is over then. */
function columnFollower(follower: Follower, name: string, fingerprint: string): Follower {
  return namedFollower(follower, name, {
    fingerprint,
    [Symbol.asyncDispose]: async () => {
      sayUsage({ name, usage: follower.usage });
      await follower[Symbol.asyncDispose]();
    },
  });
}

/**
 * SHA-256 of what the follower's answers depend on: the provider, its options, and the weights: what the follower tells of
 * them, else the files that its options name. A server's weights are known by its URL and the model's name alone.
 */
async function identityOf({ name, options }: AskedFollower, follower: Follower, directory: string): Promise<string> {
  const { fingerprint, name: model, parameters } = follower;
  const hash = createHash('sha256').update(JSON.stringify([name, options, model, parameters, fingerprint]));
  const named = Object.values(options).filter((value) => typeof value === 'string' && value !== '');
  const files = fingerprint === undefined ? named.map((value) => resolve(directory, value as string)) : [];
  for (const path of files) if (existsSync(path)) await hashFiles(path, hash);
  return hash.digest('hex');
}
