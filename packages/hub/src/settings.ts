import { homedir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '@rsim/core';

/** Where the hub and the cache are; the same environment variables as Python's `huggingface_hub` reads. */
export interface HubSettings {
  /** Origin and base path of the hub, without a slash at the end. */
  readonly endpoint: string;
  /** Never part of any message. */
  readonly token: string | null;
  /** Folder that holds `models--organisation--name` and the like. */
  readonly cache: string;
  /** Whether only the cache may be used. */
  readonly offline: boolean;
}

/**
 * Reads `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME` and `HF_HUB_OFFLINE`.
 *
 * @throws HubError when `HF_ENDPOINT` is no http(s) address.
 */
export function hubSettings(environment: NodeJS.ProcessEnv = process.env): HubSettings {
  const set = (name: string) => environment[name]?.trim() || undefined;
  const endpoint = (set('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, '');
  if (!/^https?:\/\/[^\s/]+/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new HubError('HF_ENDPOINT is not an http or https address', {
      code: 'hub-endpoint',
      remedy: 'Unset it, or set it to an address such as https://huggingface.co.',
    });
  }
  const home = set('HF_HOME') ?? join(set('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint,
    token: set('HF_TOKEN') ?? null,
    cache: set('HF_HUB_CACHE') ?? join(home, 'hub'),
    offline: /^(1|true|yes|on)$/i.test(set('HF_HUB_OFFLINE') ?? ''),
  };
}

/** How long and how often the hub is tried. */
export interface HubLimits {
  /** Tries in a row that bring nothing before giving up. */
  readonly attempts: number;
  /** Seconds to wait for the head of a response. */
  readonly responseSeconds: number;
  /** Seconds without a byte after which a transfer counts as broken. */
  readonly stallSeconds: number;
  /** Seconds before the second try; doubles with every further one, with jitter. */
  readonly backoffSeconds: number;
  /** Longest `Retry-After`, in seconds, that is waited for. */
  readonly longestRetryAfterSeconds: number;
}

export const defaultLimits: HubLimits = {
  attempts: 5,
  responseSeconds: 30,
  stallSeconds: 30,
  backoffSeconds: 1,
  longestRetryAfterSeconds: 120,
};
