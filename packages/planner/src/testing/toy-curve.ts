import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@rsim/lm/backends';
import type { BackendChoice, BackendDevice } from '@rsim/lm/backends';
import type { PolicyStatistics } from '../losses/policy-loss.js';
import type { NetworkPlanner } from '../network-planner.js';
import { readSealedFolder } from '../sealed-folder.js';
import { decodeTensors } from '../tensor-file.js';
import { openTransformerPlanner } from '../transformer/transformer-planner.js';
import { writeTinyDecoder } from './tiny-decoder.js';
import { toyPlanner, toyStrategies, trainToy } from './toy-training.js';

/** What training gave. */
export interface ToyCurve {
  readonly updates: readonly { readonly policy: PolicyStatistics | null; readonly gradientNorm: number | null }[];
  /** All weights in the order of the saved file, without the optimiser's. */
  readonly weights: readonly number[];
}

/** Planners that {@link toyCurve} trains; all weights of the transformer learn, from random ones. */
export type CurvePlanner = 'gru' | 'transformer';

/** Trains one of them on a backend in the toy world, always from the same seed. */
export async function toyCurve(
  backend: BackendChoice,
  iterations: number,
  kind: CurvePlanner = 'gru',
): Promise<ToyCurve & { readonly device: BackendDevice }> {
  const device = await useBackend(backend);
  if (kind === 'gru') return { device, ...(await trained(toyPlanner({ backend }), iterations)) };
  const folder = await mkdtemp(join(tmpdir(), 'rsim-decoder-'));
  try {
    await writeTinyDecoder(folder);
    const options = { backend, worker: false, weights: 'random', learningRateScale: 1 } as const;
    const planner = await openTransformerPlanner(toyStrategies, 7, folder, options);
    return { device, ...(await trained(planner, iterations)) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Trains in the toy world, always with the same seed. */
export async function trained(
  planner: NetworkPlanner,
  iterations: number,
  steps = { epochs: 1, minibatches: 1 },
): Promise<ToyCurve> {
  const settings = { iterations, problemsPerIteration: 4, group: 8, ...steps };
  const { records } = await trainToy({ planner, settings });
  const folder = await mkdtemp(join(tmpdir(), 'rsim-curve-'));
  try {
    await planner.save(join(folder, 'planner'));
    const bytes = (await readSealedFolder(join(folder, 'planner'))).get('planner.safetensors')!;
    const tensors = [...decodeTensors(bytes, 'curve').values()].filter(({ name }) => !name.startsWith('adam.'));
    return {
      updates: records.map(({ update }) => ({ policy: update!.policy, gradientNorm: update!.gradientNorm })),
      weights: tensors.flatMap(({ values }) => [...values]),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
