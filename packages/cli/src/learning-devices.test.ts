import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noSoftwareVulkan, softwareVulkan } from '@rsim/core/conformance';
import { RunFolder } from '@rsim/tracking';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { changedDevices, learningLine } from './learning-devices.js';
import { runRsim } from './testing/run-rsim.js';
import { spawnRsim } from './testing/spawn-rsim.js';
import { writeTinyModel } from './testing/tiny-model.js';

// On a machine that may be busy. What starts a device, or fails to, does so in a process of its own.
vi.setConfig({ testTimeout: 300_000 });

const vulkan = softwareVulkan();
const withVulkan = vulkan === null ? `(skipped: ${noSoftwareVulkan})` : '';

const few = { iterations: 1, problemsPerIteration: 1, group: 3, epochs: 1, minibatches: 1 };
const config = {
  follower: { name: 'tfjs', options: { model: './tiny', workers: 1 } },
  unseenFollowers: [],
  tasks: [{ suite: 'word-problems' }],
  budget: { steps: 3, tokens: 40, answerTokens: 6 },
  // Both go by how much was written, which differs whoever writes.
  rewards: [{ name: 'leader-cost' }, { name: 'follower-length', options: { most: 60, margin: 60 } }],
  planner: { name: 'gru', options: { buckets: 64, embedding: 4, hidden: 8 } },
  training: {
    ...{ ...few, stage0: { kind: 'none' } },
    stage2: { ...few, mode: 'joint', follower: { minibatches: 1 } },
  },
};

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rsim-devices-'));
  writeFileSync(join(folder, 'rsim.config.json'), JSON.stringify(config));
  await writeTinyModel(join(folder, 'tiny'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const train = ['train', '--run', 'run', '--no-evaluation', '--backend'];

function expectLearnedOn(name: string): void {
  const path = join(folder, 'run');
  const learning = { leader: { name }, follower: { name } };
  expect(RunFolder.readEnvironment(path)).toMatchObject({ learning });
  const [started, ...records] = RunFolder.readJournal(path);
  expect(started).toMatchObject({ event: 'started', learning });
  const { update, followerUpdate } = records.find(({ stage }) => stage === 'stage2') as Record<
    string,
    { policy: unknown }
  >;
  expect([update!.policy, followerUpdate!.policy]).not.toContain(null);
  expect(RunFolder.readConfig(path)).toMatchObject({
    ...{ planner: { options: { backend: name } }, follower: { options: { backend: name } } },
  });
}

test('leader and follower learn on the backend that --backend names, and the run says so', async () => {
  const { status, stderr } = await runRsim(folder, [...train, 'cpu']);
  expect(stderr).toContain('learning: leader on cpu (plain JavaScript), follower on cpu (plain JavaScript)');
  expect(status).toBe(0);
  expectLearnedOn('cpu');
});

test.skipIf(vulkan === null)(`leader and follower learn together on webgpu, in software ${withVulkan}`, () => {
  const { status, stderr } = spawnRsim(folder, [...train, 'webgpu'], vulkan as Record<string, string>);
  expect(stderr).toMatch(/learning: leader on webgpu \(.*in software\), follower on webgpu/);
  expect(status).toBe(0);
  expectLearnedOn('webgpu');
});

test.each([
  ['a backend that nothing knows', 'nope', runRsim, /"backend": Invalid option: expected one of "auto"\|"wasm"/],
  [
    'one that does not start here',
    'webgpu',
    spawnRsim,
    /^error: the tfjs backend "webgpu" cannot be used: .*\n {2}Choose the backend "wasm"/m,
  ],
])('%s is one error before there is a run', async (_, backend, rsim, message) => {
  const { status, stderr } = await rsim(folder, [...train, backend], { VK_DRIVER_FILES: '/no-such-driver.json' });
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr.match(/error:/g)).toHaveLength(1);
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('a run that goes on on something else says so, once for each who learns on it', () => {
  const on = (name: string) => ({ name, device: `a ${name}` });
  const journal = [
    { time: '', event: 'started', learning: { leader: on('cpu'), follower: on('wasm') } },
    { time: '', event: 'resumed', learning: { leader: on('wasm'), follower: on('wasm') } },
    { time: '', event: 'iteration' },
  ];
  expect(changedDevices(journal, { leader: on('wasm'), follower: on('wasm') })).toEqual([]);
  expect(changedDevices(journal, { leader: on('wasm'), follower: on('webgpu') })).toEqual([
    expect.stringMatching(/^the follower learned on wasm \(a wasm\) and goes on on webgpu \(a webgpu\)/),
  ]);
  expect(changedDevices([{ time: '', event: 'started' }], { leader: on('wasm') })).toEqual([]);
  expect(learningLine({})).toBeNull();
});
