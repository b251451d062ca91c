import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@rsim/lm/backends';
import type { BackendChoice, BackendDevice } from '@rsim/lm/backends';
import type { GruPlannerInput } from '../planner-options.js';
import type { PolicyStatistics } from '../losses/policy-loss.js';
import { readSealedFolder } from '../sealed-folder.js';
import { decodeTensors } from '../tensor-file.js';
import { toyPlanner, trainToy } from './toy-training.js';

/** What training gave. */
export interface ToyCurve {
  readonly updates: readonly { readonly policy: PolicyStatistics | null; readonly gradientNorm: number | null }[];
  /** All weights in the order of the saved file, without the optimiser's. */
  readonly weights: readonly number[];
}

/** Trains on a backend in the toy world, always from the same seed. */
export async function toyCurve(
  backend: BackendChoice,
  iterations: number,
): Promise<ToyCurve & { readonly device: BackendDevice }> {
  return { device: await useBackend(backend), ...(await trained({ backend }, iterations)) };
}

/** Trains in the toy world, always from the same seed. */
export async function trained(
  options: GruPlannerInput,
  iterations: number,
  steps = { epochs: 1, minibatches: 1 },
): Promise<ToyCurve> {
  const planner = toyPlanner(options);
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
