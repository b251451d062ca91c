import { ConfigError } from '@rsim/core';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useBackend } from './backend.js';

it.each(['cpu', 'wasm'] as const)('starts %s', async (name) => {
  await useBackend(name);
  expect(tf.getBackend()).toBe(name);
});

it('says how to get what is not installed, and leaves the backend as it was', async () => {
  await useBackend('cpu');
  const failure = await useBackend('tensorflow').catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(ConfigError);
  expect(failure).toMatchObject({ remedy: expect.stringContaining('npm install @tensorflow/tfjs-node') as string });
  expect(tf.getBackend()).toBe('cpu');
});
