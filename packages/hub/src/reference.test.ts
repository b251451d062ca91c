import { HubError } from '@rsim/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeReference, isSafePath, parseHubReference } from './reference.js';

describe('parseHubReference', () => {
  it.each([
    ['hf://a/b', ['model', 'a/b', 'main', null]],
    ['hf://a/b@v1.0/c.json', ['model', 'a/b', 'v1.0', 'c.json']],
    ['hf://datasets/a/b/c/d e.json', ['dataset', 'a/b', 'main', 'c/d e.json']],
    ['hf://datasets/a/b@refs%2Fpr%2F1/c', ['dataset', 'a/b', 'refs/pr/1', 'c']],
  ])('reads %s, and writes it again', (text, [kind, repository, revision, path]) => {
    const read = parseHubReference(text);
    expect(read).toEqual({ kind, repository, revision, path });
    expect(describeReference(read)).toBe(text);
  });

  it.each([
    'hf://a',
    'a/b',
    'hf://a/b/../c',
    'hf://a/b@../c',
    'hf://a/b@..%2F..%2Fx/c',
    'hf://../b/c',
    'hf://a/b/c\\d',
    'hf://a/b@%/c',
  ])('refuses %s', (text) => {
    expect(() => parseHubReference(text)).toThrow(HubError);
  });

  it('either refuses a text or finds places inside the cache', () => {
    const text = fc
      .array(fc.constantFrom('hf://', 'datasets/', 'a', '/', '..', '.', '@', '%2F', '\\', ':', ' '))
      .map((parts) => `hf://${parts.join('')}`);
    fc.assert(
      fc.property(text, (given) => {
        try {
          const { repository, revision, path } = parseHubReference(given);
          return (
            [repository, revision, path ?? 'x'].every((part) => !part.split('/').includes('..')) &&
            isSafePath(path ?? 'x')
          );
        } catch (error) {
          return error instanceof HubError;
        }
      }),
    );
  });
});
