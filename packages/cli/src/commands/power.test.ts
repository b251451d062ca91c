import { ConfigError } from '@rsim/core';
import { afterEach, expect, test, vi } from 'vitest';
import { power, type PowerOptions } from './power.js';

const defaults = { discordance: 0.2, power: 0.8, alpha: 0.05, comparisons: 1, json: true };

async function reported(options: Partial<PowerOptions>): Promise<unknown> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await power({ ...defaults, ...options });
  return JSON.parse(String(print.mock.lastCall?.[0])) as unknown;
}

afterEach(() => vi.restoreAllMocks());

test('says how many problems a difference needs, what problems show, and the power of both', async () => {
  expect(await reported({ difference: 10 })).toMatchObject({ problems: 168, difference: 10, power: 0.8 });
  expect(await reported({ problems: 168 })).toMatchObject({ difference: expect.closeTo(10, 0), power: 0.8 });
  expect(await reported({ problems: 100, difference: 10 })).toMatchObject({ power: expect.closeTo(0.5444, 4) });
  expect(await reported({ difference: 10, comparisons: 10 })).toMatchObject({ alpha: 0.005 });
  expect(await reported({ problems: 5, discordance: 0.1 })).toMatchObject({ difference: null });
});

test.each([
  [{}, /neither/],
  [{ difference: 30 }, /30 points cannot be with 20 %/],
  [{ difference: 0 }, /0 points cannot be/],
  [{ problems: 0 }, /show nothing/],
  [{ difference: 3, comparisons: 0 }, /show nothing/],
  [{ difference: 3, power: 1 }, /no use/],
  [{ difference: 3, discordance: 2 }, /no share/],
])('refuses %j', async (options, message) => {
  await expect(power({ ...defaults, ...options })).rejects.toThrow(ConfigError);
  await expect(power({ ...defaults, ...options })).rejects.toThrow(message);
});
