import { messageOf, PluginError, RsimError } from './errors.js';
import { checkPlugin, loadPlugin } from './load-plugin.js';
import { suggest } from './nearest.js';
import { parseWith } from './parse.js';
import {
  providerKinds,
  type Plugin,
  type Provider,
  type ProviderContext,
  type ProviderKind,
  type ProviderProducts,
} from './plugin.js';

/** A plug-in that was left out, and why. */
export interface BrokenPlugin {
  /** As the configuration names it. */
  readonly reference: string;
  readonly error: RsimError;
  /** What it would have provided, as far as that is known. */
  readonly claims: readonly { readonly kind: ProviderKind; readonly name: string }[];
}

/** One line of what is there to be asked for. */
export interface ProviderEntry {
  readonly kind: ProviderKind;
  readonly name: string;
  readonly plugin: string;
  readonly provider: Provider<unknown>;
  /** As the configuration names the plug-in; lacking for one that was registered by code. */
  readonly reference?: string;
}

/** Knows every plug-in and creates what a configuration asks for by name. */
export class PluginRegistry {
  readonly #plugins = new Map<string, Plugin>();
  readonly #entries = new Map<string, ProviderEntry>();
  readonly #broken: BrokenPlugin[] = [];

  /** Plug-ins that were left out; they matter only to those who use what they claim to provide. */
  get broken(): readonly BrokenPlugin[] {
    return this.#broken;
  }

  /** Everything that can be asked for, in the order it was registered. */
  get entries(): readonly ProviderEntry[] {
    return [...this.#entries.values()];
  }

  /** Names of one kind, sorted. */
  names(kind: ProviderKind): string[] {
    return this.entries
      .filter((entry) => entry.kind === kind)
      .map(({ name }) => name)
      .sort();
  }

  /**
   * Takes a plug-in in, whole or not at all.
   *
   * @param reference as the configuration names it.
   * @throws PluginError when it is not a plug-in, or its name or something it provides is there already.
   */
  register(plugin: Plugin, reference?: string): void {
    const { name } = checkPlugin(plugin, plugin.name);
    if (this.#plugins.has(name)) throw duplicate(`plug-in "${name}" is registered twice`);
    const entries = entriesOf(plugin).map((entry) => ({ ...entry, reference }));
    for (const entry of entries) {
      const earlier = this.#entries.get(keyOf(entry.kind, entry.name));
      if (earlier !== undefined) {
        const what = `${providerKinds[entry.kind]} "${entry.name}"`;
        throw duplicate(`plug-in "${name}" provides the ${what}, which plug-in "${earlier.plugin}" provides already`);
      }
    }
    this.#plugins.set(name, plugin);
    for (const entry of entries) this.#entries.set(keyOf(entry.kind, entry.name), entry);
  }

  /** Loads and registers the plug-ins a configuration names; one that fails is recorded in `broken` and left out. */
  async load(references: readonly string[], configDirectory: string): Promise<void> {
    for (const reference of references) {
      let claims: BrokenPlugin['claims'] = [];
      try {
        const plugin = await loadPlugin(reference, configDirectory);
        claims = entriesOf(plugin).map(({ kind, name }) => ({ kind, name }));
        this.register(plugin, reference);
      } catch (thrown) {
        this.#broken.push({ reference, error: asPluginError(reference, thrown), claims });
      }
    }
  }

  /**
   * The provider of that kind and name.
   *
   * @throws PluginError when there is none, naming those there are and the plug-ins that were left out; also when a
   * plug-in that was left out claims the name, since then it is unclear whose is meant.
   */
  provider<Kind extends ProviderKind>(kind: Kind, name: string): Provider<ProviderProducts[Kind]> {
    const claimant = this.#broken.find(({ claims }) =>
      claims.some((claim) => claim.kind === kind && claim.name === name),
    );
    if (claimant !== undefined) throw claimant.error;
    const entry = this.#entries.get(keyOf(kind, name));
    if (entry === undefined) throw this.#unknown(kind, name);
    return entry.provider as Provider<ProviderProducts[Kind]>;
  }

  /**
   * Creates what `asked` names with the options it gives.
   *
   * @param place where it is asked for, for messages, e.g. `follower`.
   * @throws PluginError as `provider` does, and when the provider fails with anything but an error of its own.
   * @throws ConfigError when the options are not what the provider takes.
   */
  async create<Kind extends ProviderKind>(
    kind: Kind,
    asked: { readonly name: string; readonly options?: unknown },
    context: ProviderContext,
    place: string,
  ): Promise<ProviderProducts[Kind]> {
    const provider = this.provider(kind, asked.name);
    const options = parseWith(provider.options, asked.options ?? {}, `options of ${place} "${asked.name}"`);
    try {
      return await provider.create(options, context);
    } catch (thrown) {
      if (thrown instanceof RsimError) throw thrown;
      throw new PluginError(
        `${place}: the ${providerKinds[kind]} "${asked.name}" cannot be created: ${messageOf(thrown)}`,
        {
          remedy: 'Check its options and what it needs to be installed.',
          cause: thrown,
        },
      );
    }
  }

  #unknown(kind: ProviderKind, name: string): PluginError {
    const lost = this.#broken.map(({ reference, error }) => `"${reference}" (${error.message})`).join('; ');
    const note = lost === '' ? '' : ` Left out, and possibly its home: ${lost}.`;
    return new PluginError(`there is no ${providerKinds[kind]} "${name}"`, {
      code: 'plugin-unknown',
      remedy: suggest(name, this.names(kind)) + note,
    });
  }
}

function entriesOf({ name: plugin, provides }: Plugin): ProviderEntry[] {
  return (Object.keys(provides) as ProviderKind[]).flatMap((kind) =>
    Object.entries(provides[kind] ?? {}).map(([name, provider]) => ({ kind, name, plugin, provider })),
  );
}

function keyOf(kind: ProviderKind, name: string): string {
  return `${kind}/${name}`;
}

function duplicate(message: string): PluginError {
  return new PluginError(message, {
    code: 'plugin-duplicate',
    remedy: 'Remove one of the two from "plugins", or give what it provides a name of its own.',
  });
}

function asPluginError(reference: string, thrown: unknown): RsimError {
  if (thrown instanceof RsimError) return thrown;
  return new PluginError(`plug-in "${reference}" failed: ${messageOf(thrown)}`, {
    remedy: 'Correct the plug-in, or remove it from "plugins".',
    cause: thrown,
  });
}
