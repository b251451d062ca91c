import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultStrategies, type DownloadProgress } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSplits } from './source.js';

/** What a hub with one data set holds. */
const files: Readonly<Record<string, string>> = {
  'data/train-00000-of-00002.jsonl': '{"n":1}\n{"n":2}',
  'data/train-00001-of-00002.jsonl': '{"n":3}',
  'data/test-00000-of-00001.jsonl': '{"n":4}',
  'README.md': 'no rows',
};
const commit = 'ab'.repeat(20);

let server: Server;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-source-'));
  server = createServer((request, response) => {
    if (request.url?.startsWith('/api/') === true) {
      const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
      return response.end(JSON.stringify({ sha: commit, siblings }));
    }
    const content = files[/\/resolve\/[^/]+\/(.*)$/.exec(request.url ?? '')?.[1] ?? ''];
    if (content === undefined) return response.writeHead(404).end();
    const etag = createHash('sha256').update(content).digest('hex');
    response.writeHead(200, { 'x-repo-commit': commit, etag: `"${etag}"`, 'content-length': content.length });
    return response.end(request.method === 'HEAD' ? '' : content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('HF_HOME', folder);
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('readSplits', () => {
  it('downloads the files that a pattern means, shows how far it is, and later reads the cache', async () => {
    const seen: DownloadProgress[] = [];
    const onDownload = (progress: DownloadProgress) => seen.push(progress);
    const context = { seed: 1, strategySet: defaultStrategies, configDirectory: folder, onDownload };
    const paths = {
      train: 'hf://datasets/someone/numbers/data/train-*.jsonl',
      test: 'hf://datasets/someone/numbers/data/test-00000-of-00001.jsonl',
    };
    const { train, test } = await readSplits(paths, context);
    expect(train?.map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(test?.map(({ value }) => value)).toEqual([{ n: 4 }]);
    expect(seen.map(({ received, total }) => [received, total])).toEqual([
      [15, 15],
      [7, 7],
      [7, 7],
    ]);
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect((await readSplits(paths, context)).train).toHaveLength(3);
    expect(seen).toHaveLength(3);
    await expect(readSplits({ train: 'hf://datasets/someone/others/*.jsonl' }, context)).rejects.toMatchObject({
      code: 'hub-offline',
    });
  });
});
