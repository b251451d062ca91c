import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findOnnxGraph, onnxFolder, type OnnxChoice } from './model-folder.js';
import { FaultServer } from './testing/fault-server.js';

const folder = mkdtempSync(join(tmpdir(), 'rsim-hub-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Paths of the files that are brought of a model of the hub with such files. */
async function brought(names: readonly string[], choice: Partial<OnnxChoice> = {}): Promise<string[]> {
  await using server = await FaultServer.start(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
  const environment = { HF_HOME: folder, HF_ENDPOINT: server.address };
  const local = await onnxFolder({ model: 'hf://maker/model', dtype: 'fp32', ...choice }, '.', { environment });
  const files = await readdir(local, { recursive: true, withFileTypes: true });
  return files.flatMap((file) => (file.isDirectory() ? [] : [file.name])).sort();
}

describe('onnxFolder', () => {
  it('brings the variant, its external data and what is no weights', async () => {
    const names = ['config.json', 'onnx/model.onnx', 'onnx/model_q4.onnx', 'onnx/model_q4.onnx_data', 'README.md'];
    expect(await brought(names, { dtype: 'q4' })).toEqual(['config.json', 'model_q4.onnx', 'model_q4.onnx_data']);
  });

  it('brings a graph that lies beside the config, as Optimum writes it', async () => {
    expect(await brought(['config.json', 'model.onnx'])).toEqual(['config.json', 'model.onnx']);
  });

  it('does not take a variant for whole, without the hub, whose external data broke off', async () => {
    const names = ['config.json', 'onnx/model.onnx', 'onnx/model_q4.onnx', 'onnx/model_q4.onnx_data'];
    await using server = await FaultServer.start(Object.fromEntries(names.map((name) => [name, Buffer.from(name)])));
    const open = (choice: Partial<OnnxChoice>, environment: NodeJS.ProcessEnv = {}): Promise<string> =>
      onnxFolder({ model: 'hf://maker/model', dtype: 'q4', ...choice }, '.', {
        environment: { HF_HOME: folder, HF_ENDPOINT: server.address, ...environment },
        limits: { attempts: 1, stallSeconds: 1 },
      });
    await open({ dtype: 'fp32' });
    // Listed, and not to be had.
    Object.assign(server.files, { 'onnx/model_q4.onnx_data': undefined });
    await expect(open({})).rejects.toThrow(/model_q4.onnx_data/);
    await expect(open({}, { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'hub-offline' });
    expect(await open({ dtype: 'fp32' }, { HF_HUB_OFFLINE: '1' })).toContain(server.commit);
  });

  it('says which variants there are where the one asked for is not', async () => {
    await expect(brought(['config.json', 'onnx/model.onnx', 'onnx/model_fp16.onnx'], { dtype: 'q4' })).rejects.toThrow(
      expect.objectContaining({
        message: 'The model hf://maker/model has no onnx/model_q4.onnx and no model_q4.onnx.',
        remedy: 'Name one of its files as `file`: onnx/model.onnx, onnx/model_fp16.onnx.',
      }),
    );
    await expect(brought(['config.json'])).rejects.toMatchObject({ remedy: /Name a model of the hub/ as unknown });
  });
});

describe('findOnnxGraph', () => {
  it('counts external data, whatever exporters call it, and no other variant', async () => {
    await mkdir(join(folder, 'onnx'), { recursive: true });
    const names = ['model.onnx', 'model.onnx_data', 'model.onnx_data_1', 'model.onnx.data', 'model_q4.onnx_data'];
    for (const name of names) await writeFile(join(folder, 'onnx', name), 'ten bytes.');
    expect(await findOnnxGraph(folder, { model: folder, dtype: 'fp32' }, 'text-generation')).toEqual({
      file: join(folder, 'onnx', 'model.onnx'),
      size: 40,
    });
  });
});
