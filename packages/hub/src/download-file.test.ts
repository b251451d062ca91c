import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { scanCacheDir } from '@huggingface/hub';
import { HubError, type DownloadProgress } from '@rsim/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CachedRepository } from './cache.js';
import { sha256Of } from './checksum.js';
import { downloadFile, type FileOptions } from './download-file.js';
import { FaultServer, type Fault } from './testing/fault-server.js';

const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 251));
const reference = 'hf://datasets/maths/sums@main/data/rows.jsonl';
const secret = 'hf_verysecrettoken';
const limits = {
  attempts: 3,
  responseSeconds: 2,
  stallSeconds: 0.15,
  backoffSeconds: 0.005,
  longestRetryAfterSeconds: 1,
};

let server: FaultServer;
let folder: string;

beforeEach(async () => {
  server = await FaultServer.start({ 'data/rows.jsonl': content, 'other.txt': Buffer.from('other') });
  folder = mkdtempSync(join(tmpdir(), 'rsim-hub-'));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  HF_HOME: folder,
  HF_ENDPOINT: server.address,
  HF_TOKEN: secret,
  ...more,
});

const download = (options: FileOptions = {}, from = reference) =>
  downloadFile(from, { environment: environment(), limits, ...options });

/** Comparing with `toEqual` would take most of a second. */
const isWhole = (path: string) => readFileSync(path).equals(content);

async function failure(options: FileOptions = {}, from = reference): Promise<HubError> {
  const error = await download(options, from).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HubError);
  expect(inspect(error, { depth: 9 })).not.toContain(secret);
  return error as HubError;
}

async function repository(): Promise<{ partial: string; lock: string }> {
  const of = new CachedRepository(join(folder, 'hub'), { kind: 'dataset', repository: 'maths/sums' });
  const path = join(folder, 'content');
  writeFileSync(path, content);
  const etag = await sha256Of(path);
  await mkdir(dirname(of.partial(etag)), { recursive: true });
  await mkdir(dirname(of.lock(etag)), { recursive: true });
  return { partial: of.partial(etag), lock: of.lock(etag) };
}

describe('downloadFile', () => {
  it('keeps what it brought in the layout that other clients read, and asks for it only once', async () => {
    const seen: DownloadProgress[] = [];
    const local = await download({ onProgress: (progress) => seen.push(progress) });
    expect(isWhole(local)).toBe(true);
    expect(local).toBe(join(folder, 'hub/datasets--maths--sums/snapshots', server.commit, 'data/rows.jsonl'));
    expect(seen.at(-1)).toEqual({
      file: 'hf://datasets/maths/sums/data/rows.jsonl',
      received: content.length,
      total: content.length,
    });
    expect(await download()).toBe(local);
    expect(server.transfers).toEqual([0]);
    // The scan of the other client looks for files at the top of a snapshot only.
    await download({}, 'hf://datasets/maths/sums/other.txt');
    const { repos, warnings } = await scanCacheDir(join(folder, 'hub'));
    expect(warnings).toEqual([]);
    expect(repos.map(({ id, size, revisions }) => [id, size, revisions[0]?.commitOid, revisions[0]?.refs])).toEqual([
      [{ name: 'maths/sums', type: 'dataset' }, 5, server.commit, ['main']],
    ]);
  });

  it('asks nothing for a commit that is in the cache', async () => {
    const local = await download();
    const { length } = server.requests;
    expect(await download({}, `hf://datasets/maths/sums@${server.commit}/data/rows.jsonl`)).toBe(local);
    expect(server.requests).toHaveLength(length);
  });

  it.each<[string, Fault, number[]]>([
    ['a dropped connection', { kind: 'drop', after: 70_000 }, [0, 70_000]],
    ['a stalled one', { kind: 'stall', after: 70_000 }, [0, 70_000]],
    ['a body that ends too early', { kind: 'truncate', after: 70_000 }, [0, 70_000]],
    ['wrong bytes', { kind: 'wrong-bytes' }, [0, 0]],
    ['a slow server', { kind: 'slow', milliseconds: 60 }, [0]],
    ['a server error', { kind: 'status', status: 503 }, [0, 0]],
    ['too many requests', { kind: 'status', status: 429, retryAfter: '0.05' }, [0, 0]],
    ['a server error before the content', { kind: 'status', status: 500, head: true }, [0]],
  ])('gets over %s', async (_, fault, transfers) => {
    server.faults.push(fault);
    expect(isWhole(await download())).toBe(true);
    expect(server.transfers).toEqual(transfers);
  });

  it('starts again where the server does not go on from a byte, or goes on from another', async () => {
    server.faults.push(
      { kind: 'drop', after: 70_000 },
      { kind: 'wrong-range' },
      { kind: 'drop', after: 70_000 },
      { kind: 'no-ranges' },
    );
    expect(isWhole(await download())).toBe(true);
  });

  it('goes on with what an earlier process left, and gets rid of it when it is wrong', async () => {
    const { partial } = await repository();
    writeFileSync(partial, content.subarray(0, 150_000));
    await download();
    expect(server.transfers).toEqual([150_000]);

    rmSync(join(folder, 'hub'), { recursive: true });
    writeFileSync((await repository()).partial, Buffer.alloc(150_000));
    expect(isWhole(await download())).toBe(true);
    expect(server.transfers.slice(1)).toEqual([150_000, 0]);
  });

  it.each<[string, readonly Fault[]]>([
    ['bytes that stay wrong', [{ kind: 'wrong-bytes' }, { kind: 'wrong-bytes' }]],
    ['more bytes than announced', [{ kind: 'extra-bytes' }, { kind: 'extra-bytes' }]],
  ])('refuses %s, and keeps none of them', async (_, faults) => {
    server.faults.push(...faults);
    expect((await failure()).code).toBe('hub-checksum');
    expect(existsSync((await repository()).partial)).toBe(false);
    expect(isWhole(await download())).toBe(true);
  });

  it.each<[number, string]>([
    [401, 'hub-unauthorized'],
    [403, 'hub-unauthorized'],
    [404, 'hub-not-found'],
    [429, 'hub-rate-limited'],
    [500, 'hub-unavailable'],
    [418, 'hub-failed'],
  ])('says what status %s means', async (status, code) => {
    server.faults.push(...Array.from({ length: 3 }, () => ({ kind: 'status', status, head: true }) as const));
    const error = await failure();
    expect(error.code).toBe(code);
    expect(error.message).toContain('hf://datasets/maths/sums/data/rows.jsonl');
  });

  it('does not wait for longer than allowed', async () => {
    server.faults.push({ kind: 'status', status: 429, retryAfter: '3600', head: true });
    expect((await failure()).code).toBe('hub-rate-limited');
    expect(server.requests).toHaveLength(1);
  });

  it('checks small files by their git object name', async () => {
    server.isOfPlainFiles = true;
    server.faults.push({ kind: 'wrong-bytes' });
    expect(isWhole(await download())).toBe(true);
    expect(server.transfers).toEqual([0, 0]);
  });

  it('checks the SHA-256 that is asked for', async () => {
    const right = await sha256Of(await download());
    expect(await download({ sha256: right })).toBe(await download());
    expect((await failure({ sha256: right.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })).code).toBe(
      'hub-checksum',
    );
  });

  it('follows redirects to another host, without the token', async () => {
    await using other = await FaultServer.start({ 'data/rows.jsonl': content });
    server.contentHost = other.address;
    other.faults.push({ kind: 'drop', after: 70_000 });
    expect(isWhole(await download())).toBe(true);
    expect(other.transfers).toEqual([0, 70_000]);
    expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${secret}`)).toBe(true);
    expect(other.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  });

  it('uses the cache when the hub is gone, limps or must not be asked', async () => {
    const local = await download();
    server.faults.push({ kind: 'status', status: 503, head: true });
    expect(await download()).toBe(local);
    const { length } = server.requests;
    expect(await download({ environment: environment({ HF_HUB_OFFLINE: '1' }) })).toBe(local);
    expect(server.requests).toHaveLength(length);
    expect(await download({ environment: environment({ HF_ENDPOINT: 'http://127.0.0.1:1' }) })).toBe(local);
    const other = 'hf://datasets/maths/sums/other.txt';
    expect((await failure({ environment: environment({ HF_HUB_OFFLINE: '1' }) }, other)).code).toBe('hub-offline');
    expect((await failure({ environment: environment({ HF_ENDPOINT: 'http://127.0.0.1:1' }) }, other)).code).toBe(
      'hub-unreachable',
    );
  });

  it('downloads once for many at a time', async () => {
    server.faults.push({ kind: 'slow', milliseconds: 150 });
    const paths = await Promise.all(Array.from({ length: 4 }, () => download()));
    expect(new Set(paths).size).toBe(1);
    expect(server.transfers).toEqual([0]);
  });

  it('takes over the lock of a process that died', async () => {
    const { hostname } = await import('node:os');
    writeFileSync((await repository()).lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), id: 'dead' }));
    expect(isWhole(await download())).toBe(true);
  });

  it('can be stopped, also while it waits for another process, and goes on later', async () => {
    const stop = new AbortController();
    server.faults.push({ kind: 'stall', after: 70_000 });
    const onProgress = () => stop.abort(new Error('enough'));
    await expect(download({ signal: stop.signal, onProgress })).rejects.toThrow('enough');
    writeFileSync((await repository()).lock, JSON.stringify({ pid: process.pid, host: 'elsewhere', id: 'alive' }));
    await expect(download({ signal: AbortSignal.timeout(250) })).rejects.toThrow(/timeout/i);
    rmSync((await repository()).lock);
    await download();
    expect(server.transfers[1]).toBeGreaterThan(0);
  });

  it('brings empty files', async () => {
    server.files['other.txt'] = Buffer.alloc(0);
    expect(readFileSync(await download({}, 'hf://datasets/maths/sums/other.txt'))).toHaveLength(0);
  });

  it('refuses a server that is no hub, and a cache that cannot be written', async () => {
    writeFileSync(join(folder, 'hub'), 'no folder');
    expect((await failure()).code).toBe('hub-cache');
    Object.defineProperty(server, 'commit', { value: 'main' });
    expect((await failure()).message).toContain('does not answer as a model hub');
    expect((await failure({ environment: environment({ HF_ENDPOINT: 'ftp://x' }) })).code).toBe('hub-endpoint');
  });
});
