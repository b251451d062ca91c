import { expect, test } from 'vitest';
import { defaultStrategies } from './default-strategies.js';
import { ConfigError } from './errors.js';
import { terminalStrategy } from './strategy-set.js';

const { strategies } = defaultStrategies;

test('the nine of the paper, of which termination ends the episode', () => {
  const nine =
    'self-reflection decomposition deep-thinking validation summarization prioritization sub-planning continuation';
  expect(strategies.map(({ id }) => id)).toEqual([...nine.split(' '), 'termination']);
  expect(terminalStrategy(defaultStrategies).id).toBe('termination');
});

test('every strategy has a prompt of its own', () => {
  expect(new Set(strategies.map(({ prompt }) => prompt)).size).toBe(9);
  for (const { prompt } of strategies) expect(prompt).toMatch(/^[A-Z].*\.$/);
});

test('a set that ends in two ways, in none, or names two things alike is refused', () => {
  const last = strategies.slice(-1);
  const set = (...members: typeof strategies) => ({ name: 'tried', strategies: members });
  const sets = [set(), set(...strategies, ...last), set(...strategies.map((one) => ({ ...one, terminal: true })))];
  for (const refused of sets) expect(() => terminalStrategy(refused)).toThrow(ConfigError);
});
