import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { redactor } from './redaction.js';

const key = 'sk-ab/cd+"se&cr\\et';
const redact = redactor(key);
const entities = (text: string): string => text.replace(/[^a-z]/gu, (character) => `&#${character.charCodeAt(0)};`);

describe('redactor', () => {
  it.each([
    ['as it is', key],
    ['in JSON', JSON.stringify(key).slice(1, -1)],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(key)).slice(3, -3)],
    ['with slashes escaped', key.replace('/', String.raw`\/`)],
    ['as code units', [...key].map((character) => `\\u00${character.charCodeAt(0).toString(16)}`).join('')],
    ['in a URL', encodeURIComponent(key)],
    ['in HTML', key.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in HTML, by number', entities(key)],
  ])('finds a secret %s', (_, spelt) => {
    expect(redact(`Bad key ${spelt}.`)).toBe('Bad key ***.');
  });

  it('finds any secret in JSON, and leaves what holds none', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const secrets = printable.filter((text) => text.length > 7);
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(redactor(secret)(JSON.stringify({ a: `: ${secret} .` }))).toBe('{"a":": *** ."}');
        expect(redactor(secret)('no key')).toBe('no key');
      }),
    );
    expect(redactor(null)(key)).toBe(key);
  });
});
