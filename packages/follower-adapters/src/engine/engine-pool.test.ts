import { setImmediate } from 'node:timers/promises';

import { FollowerError } from '@rsim/core';
import { describe, expect, it } from 'vitest';

import type { ChannelListener } from './engine-channel.js';
import type { EngineOperation } from './engine.js';
import { EnginePool } from './engine-pool.js';

const reason = { code: 'follower-aborted', remedy: 'Open another.' };

/** Engines that write down what they are given, and die when they are told to. */
async function poolOf(count: number) {
  const engines: { readonly listener: ChannelListener; readonly given: EngineOperation<null>[] }[] = [];
  const pool = await EnginePool.create<null, never>(count, (listener) => {
    const given: EngineOperation<null>[] = [];
    engines.push({ listener, given });
    return { post: (operations) => given.push(...operations), hold: () => undefined, dispose: async () => undefined };
  });
  const kill = (place: number): void => engines[place]?.listener.onDeath(new FollowerError('It died.', reason));
  /** Which engine got each of the questions. */
  const open = async (questions: readonly number[]): Promise<number[]> => {
    const places: number[] = [];
    for (const question of questions) {
      const before = engines.map(({ given }) => opens(given));
      await pool.open([1, question, 2]);
      await setImmediate();
      places.push(engines.findIndex(({ given }, place) => opens(given) > (before[place] ?? 0)));
    }
    return places;
  };
  return { pool, engines, kill, open };
}

const opens = (given: readonly EngineOperation<null>[]): number => given.filter(({ kind }) => kind === 'open').length;

describe('EnginePool', () => {
  it('deals in turn, and sessions of one question together', async () => {
    const { open } = await poolOf(2);
    expect(await open([1, 2, 3, 4])).toEqual([0, 1, 0, 1]);
    expect(await open([5, 5, 5, 6, 6, 6, 7])).toEqual([0, 0, 0, 1, 1, 1, 0]);
  });

  it('does not let one question keep the other engines idle', async () => {
    const { open } = await poolOf(2);
    const places = await open(Array<number>(64).fill(1));
    expect(places.slice(0, 8)).toEqual(Array<number>(8).fill(0));
    const first = places.filter((place) => place === 0).length;
    expect(Math.abs(first - 32)).toBeLessThanOrEqual(8);
  });

  it('takes a question for another one once its sessions are closed or ended', async () => {
    const { pool, open } = await poolOf(2);
    const { engine, session } = await pool.open([1, 1, 2]);
    engine.close(session, new FollowerError('', reason));
    await setImmediate();
    expect(await open([1, 1])).toEqual([1, 1]);
    pool.endSessions();
    expect(await open([1])).toEqual([0]);
  });

  it('replaces an engine that died, also for questions that it had, and gives the new one the model of the last swap', async () => {
    const { pool, engines, kill, open } = await poolOf(2);
    pool.swap(Uint8Array.of(5));
    expect(await open([1, 2])).toEqual([0, 1]);
    kill(0);
    expect(await open([1, 2, 3])).toEqual([2, 1, 2]);
    expect(engines).toHaveLength(3);
    expect(engines[2]?.given[0]).toEqual({ kind: 'swap', model: Uint8Array.of(5) });
  });

  it('replaces it once when many sessions are opened side by side', async () => {
    const { pool, engines, kill } = await poolOf(2);
    kill(1);
    await Promise.all([1, 2, 3, 4].map((question) => pool.open([question])));
    expect(engines).toHaveLength(3);
  });

  it('gives up replacing after a while, goes on with those that live, and is dead with the last', async () => {
    const { pool, engines, kill, open } = await poolOf(2);
    await open([0]);
    for (let question = 1; engines.length < 10; question += 1) {
      kill(engines.length === 2 ? 0 : engines.length - 1);
      await open([question]);
    }
    kill(9);
    expect(await open([20, 21])).toEqual([1, 1]);
    kill(1);
    await expect(pool.open([1])).rejects.toMatchObject({ message: /after 8 restarts.* It died\./u as unknown });
    expect(engines).toHaveLength(10);
  });

  it('starts no engine after it was disposed of', async () => {
    const { pool, engines } = await poolOf(1);
    await pool.dispose();
    await expect(pool.open([1])).rejects.toThrow(/disposed of/);
    expect(engines).toHaveLength(1);
  });
});
