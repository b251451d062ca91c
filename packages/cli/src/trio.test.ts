import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultStrategies, type ProviderKind } from '@rsim/core';
import { rewardsPlugin } from '@rsim/rewards';
import { suitesPlugin } from '@rsim/tasks';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const namesOf = (plugin: typeof suitesPlugin, kind: ProviderKind) => Object.keys(plugin.provides[kind] ?? {});

/** One suite or rule is one folder: source, test and documentation of one name. */
describe.each([
  { package: 'tasks', docs: 'docs/tasks', names: namesOf(suitesPlugin, 'suites') },
  { package: 'rewards', docs: 'docs/rewards', names: namesOf(rewardsPlugin, 'rewards') },
])('packages/$package', ({ package: home, docs, names }) => {
  test.each(names)('%s has source, test and documentation', (name) => {
    const folder = `packages/${home}/src/${name}/${name}`;
    const wanted = [`${folder}.ts`, `${folder}.test.ts`, `${docs}/${name}.md`];
    expect(wanted.filter((path) => !existsSync(root + path))).toEqual([]);
    expect(readFileSync(`${root}${docs}/${name}.md`, 'utf8')).toMatch(new RegExp(`^# ${name}\n`));
  });

  test('every page belongs to something there is, and the overview links to all', () => {
    const pages = readdirSync(root + docs).filter((page) => page !== 'README.md');
    expect(pages.sort()).toEqual(names.map((name) => `${name}.md`).sort());
    const overview = readFileSync(`${root}${docs}/README.md`, 'utf8');
    expect(names.filter((name) => !overview.includes(`[${name}](${name}.md)`))).toEqual([]);
  });
});

test('the overview of the suites says what each of them is', async () => {
  const overview = readFileSync(`${root}docs/tasks/README.md`, 'utf8');
  const context = { seed: 1, strategySet: defaultStrategies, configDirectory: root };
  for (const [name, provider] of Object.entries(suitesPlugin.provides.suites ?? {})) {
    // Published ones are made of files that are not here.
    if (provider.card?.size !== 'endless') continue;
    const { domain, levels, budget } = await provider.create(provider.options.parse({}), context);
    const cells = [domain, `${levels[0]}–${levels.at(-1)}`, `${budget.tokens} (${budget.answerTokens})`];
    const row = overview.split('\n').find((line) => line.includes(`](${name}.md)`));
    expect(
      row
        ?.split('|')
        .slice(2, -1)
        .map((cell) => cell.trim()),
    ).toEqual(cells);
  }
});
