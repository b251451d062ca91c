import { describe, expect, it } from 'vitest';

import { redactor } from './redaction.js';
import { errorMessage, responseFault, retryAfter, wrongServer } from './response-fault.js';

const same = (text: string): string => text;
const origin = { url: 'http://host', model: 'm', apiKeyVariable: 'MY_KEY', redact: same };
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
    expect(errorMessage('{"error":"one\\n two."}', same)).toBe('one two');
    expect(errorMessage('{"object":"error","message":"three"}', same)).toBe('three');
    expect(errorMessage('{"detail":[{"msg":"four"}]}', same)).toBe('[{"msg":"four"}]');
    expect(errorMessage('null', same)).toBe('null');
    expect(errorMessage('', same)).toBe('no reason given');
    expect(errorMessage('x'.repeat(1000), same)).toHaveLength(300);
  });

  it('takes the key out before it cuts, also where JSON hides it', () => {
    const key = 'sk-ab/cd+"secret"';
    const redacting = { ...origin, redact: redactor(key) };
    const bodies = [error(`Bad key ${key}`), error(`Bad key ${key}`).replaceAll('/', String.raw`\/`), `Bad key ${key}`];
    for (const status of [400, 429, 500]) {
      for (const body of bodies) {
        const { message } = responseFault({ status, body, retryAfterSeconds: null }, redacting);
        expect(message).toContain(`(HTTP ${status}): Bad key ***.`);
      }
    }
    expect(errorMessage(`${'x'.repeat(290)}${key}`, redacting.redact)).not.toContain('sk-');
    expect(wrongServer('never', `its answer is of the type ${key}`, redacting).message).not.toContain(key);
  });
});

it('reads Retry-After as seconds or as a date', () => {
  expect([null, '3', ' 1.5 ', 'soon', '-1'].map((header) => retryAfter(header, 0))).toEqual([null, 3, 1.5, null, null]);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:01 GMT', 4000)).toBe(0);
  expect(retryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6);
});
