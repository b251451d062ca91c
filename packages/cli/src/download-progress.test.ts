import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultStrategies, type DownloadProgress, type ProviderContext } from '@rsim/core';
import { FaultServer } from '@rsim/hub/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { builtInPlugins } from './built-in-plugins.js';
import { followerExport } from './commands/follower-export.js';

let folder: string;
let server: FaultServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-downloads-'));
  const files = ['config.json', 'onnx/model.onnx', 'model.safetensors', 'model.gguf'];
  server = await FaultServer.start(Object.fromEntries(files.map((name) => [name, Buffer.from(`{"of": "${name}"}`)])));
  vi.stubEnv('HF_HOME', folder);
  vi.stubEnv('HF_ENDPOINT', server.address);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['followers', 'onnx', 'hf://maker/model', 'onnx/model.onnx'],
  ['followers', 'tfjs', 'hf://maker/model', 'model.safetensors'],
  ['followers', 'llama-cpp', 'hf://maker/model/model.gguf', 'model.gguf'],
  ['planners', 'encoder', 'hf://maker/model', 'onnx/model.onnx'],
  ['planners', 'transformer', 'hf://maker/model', 'model.safetensors'],
] as const)('%s: %s shows the download of its model', async (kind, name, model, file) => {
  const seen: DownloadProgress[] = [];
  const context: ProviderContext = {
    ...{ seed: 1, strategySet: defaultStrategies, configDirectory: folder },
    onDownload: (progress) => seen.push(progress),
  };
  const provider = builtInPlugins.map(({ provides }) => provides[kind]?.[name]).find((found) => found !== undefined);
  // What is downloaded is no model: nothing comes of it.
  await expect((async () => provider?.create(provider.options.parse({ model }), context))()).rejects.toThrow();
  expect(seen.at(-1)).toMatchObject({ file: `hf://maker/model/${file}`, received: expect.any(Number) as number });
});

test('a model of the hub is downloaded to be exported', async () => {
  const exported = followerExport({ format: 'onnx', output: join(folder, 'out') }, 'hf://maker/model');
  await expect(exported).rejects.toThrow(/config\.json/);
  expect(server.transfers).toHaveLength(2);
});
