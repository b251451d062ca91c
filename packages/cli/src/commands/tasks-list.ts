import pc from 'picocolors';
import { loadRegistry } from '../composition.js';
import { loadConfig } from '../load-config.js';
import type { ConfigOptions } from '../request.js';

/** Lists the task suites: domain, size, licence, where each comes from. */
export async function tasksList({ config: file, set, json }: ConfigOptions): Promise<void> {
  const { entries } = await loadRegistry(await loadConfig(file, set));
  const suites = entries
    .filter(({ kind }) => kind === 'suites')
    .map(({ name, plugin, provider }) => ({
      name,
      plugin,
      description: provider.description,
      card: provider.card ?? null,
    }));
  if (json) {
    console.log(JSON.stringify(suites, null, 2));
    return;
  }
  const domains = [...new Set(suites.map(({ card }) => card?.domain ?? 'other'))].sort();
  const width = Math.max(...suites.map(({ name }) => name.length)) + 2;
  for (const domain of domains) {
    console.log(pc.bold(domain));
    for (const { name, description, card } of suites.filter((suite) => (suite.card?.domain ?? 'other') === domain)) {
      const facts = card === null ? '' : pc.dim(` (${sizeOf(card.size)}; ${card.licence}; ${card.origin})`);
      console.log(`  ${pc.cyan(name.padEnd(width))}${description}${facts}`);
    }
  }
}

function sizeOf(size: Readonly<Record<string, number>> | 'endless'): string {
  if (size === 'endless') return 'endless';
  return Object.entries(size)
    .map(([split, count]) => `${split} ${count}`)
    .join(', ');
}
