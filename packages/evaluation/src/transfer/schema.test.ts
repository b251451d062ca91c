import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { transferJsonSchema, transferSchema } from './schema.js';

describe('docs/transfer.schema.json', () => {
  it('is the schema of the code (vitest --update writes it anew)', async () => {
    const text = await format(JSON.stringify(transferJsonSchema()), { parser: 'json', printWidth: 120 });
    await expect(text).toMatchFileSnapshot('../../../../docs/transfer.schema.json');
  });

  it('has every field on the documentation page', async () => {
    const page = await readFile(new URL('../../../../docs/transfer.md', import.meta.url), 'utf8');
    const { planners, followers, failures } = transferSchema.shape;
    const own = [planners.element, followers.element, failures.element].flatMap(({ shape }) => Object.keys(shape));
    for (const field of [...Object.keys(transferSchema.shape), ...own]) expect(page).toContain(`\`${field}\``);
  });
});
