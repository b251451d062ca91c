import { providerKinds } from '@rsim/core';
import pc from 'picocolors';
import { loadRegistry } from '../composition.js';
import { loadConfig } from '../load-config.js';
import { optionRows, optionsSchema } from '../option-rows.js';
import type { ConfigOptions } from '../request.js';

/** Lists what a configuration can ask for by name, with the options each takes, and the plug-ins that do not load. */
export async function pluginsList({ config: file, set, json }: ConfigOptions): Promise<void> {
  const { broken, entries } = await loadRegistry(await loadConfig(file, set));
  if (json) {
    const provided = entries.map(({ provider, ...entry }) => ({
      ...entry,
      description: provider.description,
      options: optionsSchema(provider),
    }));
    const left = broken.map(({ reference, error }) => ({ reference, message: error.message, remedy: error.remedy }));
    console.log(JSON.stringify({ provided, broken: left }, null, 2));
    return;
  }
  for (const [kind, title] of Object.entries(providerKinds)) {
    const own = entries.filter((entry) => entry.kind === kind);
    if (own.length === 0) continue;
    console.log(pc.bold(title));
    for (const { name, plugin, provider } of own) {
      console.log(`  ${pc.cyan(name.padEnd(22))} ${provider.description} ${pc.dim(`(${plugin})`)}`);
      for (const { name: option, preset, description } of optionRows(provider)) {
        const line = `${option}: ${description}${preset && ` [${preset}]`}`;
        console.log(`  ${' '.repeat(22)}   ${pc.dim(line)}`);
      }
    }
  }
  for (const { reference, error } of broken) {
    console.log(`${pc.red('left out')} ${reference}: ${error.message}\n  ${error.remedy}`);
  }
}
