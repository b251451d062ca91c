import { createRequire } from 'node:module';
import { providerKinds, suggest, ConfigError, type ProviderEntry } from '@rsim/core';
import pc from 'picocolors';
import { builtInPlugins } from '../built-in-plugins.js';
import { loadRegistry } from '../composition.js';
import { loadConfig } from '../load-config.js';
import { optionRows } from '../option-rows.js';
import type { ConfigOptions } from '../request.js';

/** Everything about what has this name: a plug-in, or a follower, planner, suite, reward or strategy set of one. */
export async function pluginsShow({ config: file, set, json }: ConfigOptions, name: string): Promise<void> {
  const { broken, entries } = await loadRegistry(await loadConfig(file, set));
  const lost = broken.find(
    ({ reference, claims }) => reference === name || claims.some((claim) => claim.name === name),
  );
  if (lost !== undefined) throw lost.error;
  const found = entries.filter((entry) => entry.name === name || entry.plugin === name);
  if (found.length === 0) {
    throw new ConfigError(`nothing here has the name "${name}"`, {
      remedy: suggest(name, [...new Set(entries.flatMap((entry) => [entry.name, entry.plugin]))]),
    });
  }
  const shown = found.map((entry) => ({
    ...{ kind: entry.kind, name: entry.name, plugin: entry.plugin, origin: originOf(entry) },
    ...{
      description: entry.provider.description,
      card: entry.provider.card ?? null,
      options: optionRows(entry.provider),
    },
  }));
  if (json) {
    console.log(JSON.stringify(shown, null, 2));
    return;
  }
  for (const { kind, name: own, plugin, origin, description, card, options } of shown) {
    console.log(`${pc.bold(own)} ${pc.dim(`${providerKinds[kind]} of ${plugin}, ${origin}`)}\n  ${description}`);
    if (card !== null) console.log(`  ${pc.dim(`${card.domain}; ${card.licence}; ${card.origin}`)}`);
    for (const { name: option, type, preset, description: meaning } of options) {
      console.log(`  ${pc.cyan(option.padEnd(18))} ${type.padEnd(12)} ${preset.padEnd(14)} ${meaning}`);
    }
    if (options.length === 0) console.log(pc.dim('  no options'));
  }
}

/** `built in, version 0.1.0`, or where the configuration found it. */
function originOf({ plugin, reference }: ProviderEntry): string {
  if (reference !== undefined) return `loaded from ${reference}`;
  if (!builtInPlugins.some(({ name }) => name === plugin)) return 'registered by code';
  try {
    const { version } = createRequire(import.meta.url)(`${plugin}/package.json`) as { version: string };
    return `built in, version ${version}`;
  } catch {
    return 'built in';
  }
}
