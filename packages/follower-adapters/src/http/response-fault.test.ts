import { describe, expect, it } from 'vitest';

import { errorMessage, responseFault, retryAfter } from './response-fault.js';

const origin = { url: 'http://host', model: 'm', apiKeyVariable: 'MY_KEY' };
const error = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } });

describe('responseFault', () => {
  it.each([
    [401, error('no'), 'api-key-invalid', 'never'],
    [403, '', 'api-key-invalid', 'never'],
    [429, error('slow down'), 'server-busy', 'later'],
    [429, error('You exceeded your quota', { code: 'insufficient_quota' }), 'quota-spent', 'never'],
    [503, error('Loading model', { type: 'unavailable_error' }), 'server-busy', 'later'],
    [404, error('The model `m` does not exist.', { type: 'NotFoundError' }), 'model-unknown', 'never'],
    [404, '{"error":"model \'m\' not found"}', 'model-unknown', 'never'],
    [404, '<html>404: no model not found</html>', 'server-wrong', 'never'],
    [404, '{"detail":"Not Found"}', 'server-wrong', 'never'],
    [301, '', 'server-wrong', 'never'],
    [400, error('too long', { type: 'exceed_context_size_error' }), 'context-overflow', 'never'],
    [400, error("This model's maximum context length is 4096 tokens."), 'context-overflow', 'never'],
    [500, 'the prompt exceeds the available context size', 'context-overflow', 'never'],
    [400, error('Unknown parameter: seed'), 'request-refused', 'never'],
    [500, 'Internal Server Error', 'server-failed', 'soon'],
    [502, '<html>Bad gateway</html>', 'server-failed', 'soon'],
  ])('HTTP %i with %s is %s', (status, body, code, retry) => {
    expect(responseFault({ status, body, retryAfterSeconds: null }, origin)).toMatchObject({ code, retry });
  });

  it('finds what was said in any kind of body', () => {
    expect(errorMessage('{"error":"one\\n two."}')).toBe('one two');
    expect(errorMessage('{"object":"error","message":"three"}')).toBe('three');
    expect(errorMessage('{"detail":[{"msg":"four"}]}')).toBe('[{"msg":"four"}]');
    expect(errorMessage('null')).toBe('null');
    expect(errorMessage('')).toBe('no reason given');
    expect(errorMessage('x'.repeat(1000))).toHaveLength(300);
  });
});

it('reads Retry-After as seconds or as a date', () => {
  expect([null, '3', ' 1.5 ', 'soon', '-1'].map((header) => retryAfter(header, 0))).toEqual([null, 3, 1.5, null, null]);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 4000)).toBe(0);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6);
});
