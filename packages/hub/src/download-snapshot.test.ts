import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadSnapshot, matches } from './download-snapshot.js';
import { FaultServer } from './testing/fault-server.js';

let server: FaultServer;
let folder: string;

beforeEach(async () => {
  const text = (value: string) => Buffer.from(value);
  server = await FaultServer.start({
    'config.json': text('{}'),
    'onnx/model.onnx': text('graph'),
    'onnx/model.onnx_data': text('weights'),
    '../escape.txt': text('evil'),
  });
  folder = mkdtempSync(join(tmpdir(), 'rsim-hub-'));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const limits = { attempts: 2, responseSeconds: 2, stallSeconds: 1, backoffSeconds: 0.005 };
const snapshot = (patterns: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  downloadSnapshot('hf://maker/model', patterns, {
    environment: { HF_HOME: folder, HF_ENDPOINT: server.address, ...more },
    limits,
  });

const filesIn = async (path: string) =>
  (await readdir(path, { recursive: true, withFileTypes: true }))
    .flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]))
    .sort();

describe('downloadSnapshot', () => {
  it('brings what matches, and nothing that would lie outside the folder', async () => {
    const local = await snapshot(['config.json', 'onnx/model.onnx*']);
    expect(local).toBe(join(folder, 'hub/models--maker--model/snapshots', server.commit));
    expect(await filesIn(local)).toEqual(['config.json', 'model.onnx', 'model.onnx_data']);
    expect(await filesIn(await snapshot([]))).toEqual(['config.json', 'model.onnx', 'model.onnx_data']);
  });

  it('uses the cache when the hub is gone or must not be asked, if it has something for every pattern', async () => {
    const local = await snapshot(['config.json']);
    expect(await snapshot(['config.json'], { HF_ENDPOINT: 'http://127.0.0.1:1' })).toBe(local);
    expect(await snapshot(['*.json'], { HF_HUB_OFFLINE: '1' })).toBe(local);
    await expect(snapshot(['onnx/*'], { HF_HUB_OFFLINE: '1' })).rejects.toMatchObject({ code: 'hub-offline' });
    await expect(snapshot(['onnx/*'], { HF_ENDPOINT: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'hub-unreachable',
    });
  });

  it('names the pattern that matches nothing', async () => {
    await expect(snapshot(['config.json', '*.gguf'])).rejects.toThrow('hf://maker/model has no file "*.gguf"');
  });
});

describe('matches', () => {
  it.each([
    ['*', 'a/b.c', true],
    ['a*c', 'a/b.c', true],
    ['a.c', 'abc', false],
    ['*.onnx', 'x.onnx_data', false],
    ['a(', 'a(', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });
});
