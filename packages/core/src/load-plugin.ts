import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, PluginError } from './errors.js';
import { providerKinds, type Plugin, type ProviderKind } from './plugin.js';

/**
 * Imports the plug-in that a configuration names: by path (`./my-plugin.ts`, relative to the configuration's folder;
 * TypeScript works without a build) or by package name (found from that folder first, then from here).
 *
 * @throws PluginError when it cannot be imported or its default export is not a plug-in.
 */
export async function loadPlugin(reference: string, configDirectory: string): Promise<Plugin> {
  let module: { default?: unknown };
  try {
    module = (await import(/* @vite-ignore */ locate(reference, configDirectory))) as { default?: unknown };
  } catch (cause) {
    throw new PluginError(`plug-in "${reference}" cannot be loaded: ${messageOf(cause)}`, {
      remedy: `Check the entry in "plugins": a path is relative to ${configDirectory}, a package must be installed there.`,
      cause,
    });
  }
  return checkPlugin(module.default, reference);
}

/**
 * @param origin where the plug-in came from, for the message.
 * @throws PluginError when `value` is not a plug-in.
 */
export function checkPlugin(value: unknown, origin: string): Plugin {
  const broken = (what: string): PluginError =>
    new PluginError(`plug-in "${origin}" ${what}`, {
      code: 'plugin-invalid',
      remedy: 'A plug-in module has a default export made with definePlugin({ name, provides }).',
    });
  if (!isRecord(value)) throw broken('has no default export that is a plug-in');
  if (typeof value['name'] !== 'string' || value['name'] === '') throw broken('has no name');
  if (!isRecord(value['provides'])) throw broken('does not say what it provides');
  for (const [kind, providers] of Object.entries(value['provides'])) {
    if (!isProviderKind(kind) || !isRecord(providers)) {
      throw broken(`provides "${kind}", which is none of ${Object.keys(providerKinds).join(', ')}`);
    }
    for (const [name, provider] of Object.entries(providers)) {
      const flaw = flawOf(provider);
      if (flaw !== null) throw broken(`provides the ${providerKinds[kind]} "${name}" ${flaw}`);
    }
  }
  return value as unknown as Plugin;
}

function flawOf(provider: unknown): string | null {
  if (!isRecord(provider)) return 'as something that is not a provider';
  if (typeof provider['description'] !== 'string') return 'without a description';
  if (typeof provider['create'] !== 'function') return 'without a function "create"';
  const { options } = provider;
  return isRecord(options) && typeof options['safeParse'] === 'function' ? null : 'without a zod schema "options"';
}

/** Also finds a package installed beside the configuration but not beside the platform. */
function locate(reference: string, configDirectory: string): string {
  if (reference.startsWith('file:')) return reference;
  if (/^(\.{0,2}\/|\.{1,2}$|[A-Za-z]:[\\/]|\.{1,2}\\)/.test(reference)) {
    return pathToFileURL(resolve(configDirectory, reference)).href;
  }
  try {
    return pathToFileURL(createRequire(resolve(configDirectory, 'rsim.config.json')).resolve(reference)).href;
  } catch {
    return reference;
  }
}

function isProviderKind(kind: string): kind is ProviderKind {
  return Object.hasOwn(providerKinds, kind);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
