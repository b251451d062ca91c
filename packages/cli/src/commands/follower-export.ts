import { resolve } from 'node:path';
import { ConfigError } from '@rsim/core';
import { embeddedModels, modelFolder } from '@rsim/follower-adapters';
import { isHubReference } from '@rsim/hub';
import { type ExportFormat, exportFormats, exportModel } from '@rsim/lm';
import { downloadBars } from '../download-progress.js';
import type { CommonOptions } from '../request.js';

export interface FollowerExportOptions extends CommonOptions {
  readonly format: string;
  readonly output: string;
  /** A folder of a LoRA adapter to merge. */
  readonly adapter?: string;
}

/** Writes a follower, by its name or its folder, in a format that other programs read. */
export async function followerExport(
  { adapter, format, output, json }: FollowerExportOptions,
  name: string,
): Promise<void> {
  if (!isFormat(format)) {
    throw new ConfigError(`there is no export format "${format}"`, { remedy: `Known: ${exportFormats.join(', ')}.` });
  }
  const shipped = (await embeddedModels()).find((model) => model.name === name);
  const merged = adapter === undefined ? undefined : resolve(adapter);
  const files = await exportModel(shipped?.path ?? (await folderOf(name)), format, resolve(output), merged);
  console.log(json ? JSON.stringify({ format, files }) : files.join('\n'));
}

/** What is no shipped model's name has to look like a path or a place on the hub, as everywhere a model is named. */
async function folderOf(name: string): Promise<string> {
  if (isHubReference(name)) return (await modelFolder(name, '.', { onProgress: downloadBars() })).path;
  if (name.startsWith('.') || name.startsWith('/')) return resolve(name);
  throw new ConfigError(`there is no embedded model "${name}"`, {
    remedy: 'Name a shipped model (`rsim doctor` lists them), or the path of a model’s folder, such as ./my-model.',
  });
}

function isFormat(format: string): format is ExportFormat {
  return (exportFormats as readonly string[]).includes(format);
}
