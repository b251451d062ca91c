import { loadConfig } from '../load-config.js';
import type { ConfigOptions } from '../request.js';

/** Prints the configuration with every default filled in, as JSON. */
export async function configShow({ config: file, set }: ConfigOptions): Promise<void> {
  const { config } = await loadConfig(file, set);
  console.log(JSON.stringify(config, null, 2));
}
