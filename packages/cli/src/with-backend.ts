import { applyOverrides } from '@rsim/core';
import { loadRegistry } from './composition.js';
import type { LoadedConfig } from './load-config.js';
import { optionsSchema } from './option-rows.js';

/**
 * The configuration with the backend that `--backend` names for all who learn: the planner, and the follower where it has such an
 * option.
 *
 * @throws PluginError when there is no such follower.
 */
export async function withBackend(loaded: LoadedConfig, backend: string | undefined): Promise<LoadedConfig> {
  if (backend === undefined) return loaded;
  const { config, directory } = loaded;
  const follower = (await loadRegistry(loaded)).provider('followers', config.follower.name);
  const roles = 'backend' in (optionsSchema(follower).properties ?? {}) ? ['planner', 'follower'] : ['planner'];
  return {
    directory,
    config: applyOverrides(
      config,
      roles.map((role) => `${role}.options.backend=${backend}`),
    ),
  };
}
