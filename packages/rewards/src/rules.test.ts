import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { defaultStrategies, PluginRegistry } from '@rsim/core';
import { describe, expect, test } from 'vitest';
import { defaultRewards, rewardsPlugin } from './plugin.js';

const pages = new URL('../../../docs/rewards/', import.meta.url);
const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
  .map(({ name }) => name);

test('one folder, one provider, one page for every rule', () => {
  const names = Object.keys(rewardsPlugin.provides.rewards ?? {});
  expect(names).toEqual(expect.arrayContaining(defaultRewards().map(({ name }) => name)));
  expect([...folders].sort()).toEqual([...names].sort());
  const written = readdirSync(pages).filter((file) => file !== 'README.md');
  expect(written.sort()).toEqual(names.map((name) => `${name}.md`).sort());
});

describe.each(folders)('%s', (name) => {
  test('has source, test and a page that says what the code says', async () => {
    for (const file of [`${name}.ts`, `${name}.test.ts`]) {
      expect(existsSync(new URL(`./${name}/${file}`, import.meta.url)), file).toBe(true);
    }
    const registry = new PluginRegistry();
    registry.register(rewardsPlugin);
    const context = { seed: 1, strategySet: defaultStrategies, configDirectory: '/' };
    const rule = await registry.create('rewards', { name }, context, 'rewards.0');
    expect(rule.name).toBe(name);
    const page = readFileSync(new URL(`${name}.md`, pages), 'utf8');
    expect(page.startsWith(`# ${name}\n`)).toBe(true);
    expect(page).toContain(`Role: ${rule.role}. Default weight: ${rule.weight}.`);
    const overview = readFileSync(new URL('README.md', pages), 'utf8').replace(/ +/g, ' ');
    expect(overview).toContain(`| [${name}](${name}.md) | ${rule.role} |`);
    expect(overview.split('\n').find((line) => line.includes(`(${name}.md)`))).toMatch(`| ${rule.weight} |`);
  });
});
