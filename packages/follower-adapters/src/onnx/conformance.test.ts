import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { defaultStrategies } from '@rsim/core';
import { followerDeathFlaws, followerFlaws } from '@rsim/core/conformance';
import { SPECIAL_TOKENS } from '@rsim/lm';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { embeddedConversation } from '../testing/embedded-conversation.js';
import { exportNano } from '../testing/exported-nano.js';
import { watchHeld } from '../testing/held-sessions.js';
import { PolicyFollower } from '../testing/policy-follower.js';
import { questions } from '../testing/questions.js';
import { BatchEngine } from './batch-engine.js';
import { strategy } from './fixtures.js';
import { OnnxFollower } from './onnx-follower.js';
import { onnxOptionsSchema } from './onnx-options.js';

let folder: string;
let model: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rsim-onnx-'));
  model = await exportNano('onnx', join(folder, 'nano'));
});
afterAll(() => rm(folder, { recursive: true }));

const open = (workers: number): Promise<OnnxFollower> =>
  OnnxFollower.create(onnxOptionsSchema.parse({ ...embeddedConversation, model, workers }));

it('writes with exported weights what the reference writes', { timeout: 60_000 }, async () => {
  await using follower = await open(0);
  await using reference = await PolicyFollower.open();
  const flaws = await followerFlaws(follower, {
    ...{ strategySet: defaultStrategies, questions, specialTokens: SPECIAL_TOKENS, stopMarks: ['\n'] },
    ...{ contextTokens: 384, evaluated: () => follower.evaluatedTokens, held: watchHeld(BatchEngine) },
    reference: { follower: reference, tolerance: 1e-3 },
  });
  expect(flaws).toEqual([]);
});

it('answers every step when it dies', { timeout: 60_000 }, async () => {
  const follower = await open(1);
  const kill = (): Promise<void> => follower[Symbol.asyncDispose]();
  const death = { question: questions[0] as string, strategy: strategy('validation'), kill };
  expect(await followerDeathFlaws(follower, death)).toEqual([]);
});
