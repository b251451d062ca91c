import { TOKENS, type JournalRecord, type LearningDevice, type RsimConfig } from '@rsim/core';
import type { TrainablePlanner } from '@rsim/planner';
import type { Composition } from './composition.js';
import { trainableFollower } from './run-training.js';

/** What those who learn in a run learn on, as far as they say. */
export type LearningDevices = Readonly<Partial<Record<'leader' | 'follower', LearningDevice>>>;

/**
 * Starts what leader and follower learn on, so that a backend that cannot be used is known before anything is trained.
 *
 * @throws ConfigError when one cannot be used.
 */
export async function startLearning({ container }: Composition): Promise<LearningDevices> {
  const leader = await (container.resolve(TOKENS.planner) as Partial<TrainablePlanner>).learnsOn?.();
  const follower = followerLearns(container.resolve(TOKENS.config))
    ? await trainableFollower(container.resolve(TOKENS.follower)).learnsOn?.()
    : undefined;
  return { ...(leader && { leader: plain(leader) }), ...(follower && { follower: plain(follower) }) };
}

export function followerLearns({ training, continual }: RsimConfig): boolean {
  const { iterations, mode } = training.stage2;
  return continual === undefined && iterations > 0 && mode !== 'leader';
}

/** One line for the terminal, e.g. `learning: leader on wasm (WebAssembly with SIMD)`; `null` where nobody says. */
export function learningLine(devices: LearningDevices): string | null {
  const parts = Object.entries(devices).map(([role, on]) => `${role} on ${named(on)}`);
  return parts.length === 0 ? null : `learning: ${parts.join(', ')}`;
}

/** A warning for each role that learned on something else when the run was last started. */
export function changedDevices(journal: readonly JournalRecord[], now: LearningDevices): string[] {
  const last = journal.findLast(({ learning }) => learning !== undefined);
  const before = (last?.['learning'] ?? {}) as LearningDevices;
  return (['leader', 'follower'] as const).flatMap((role) => {
    const [was, is] = [before[role], now[role]];
    if (was === undefined || is === undefined || named(was) === named(is)) return [];
    return `the ${role} learned on ${named(was)} and goes on on ${named(is)}: expect other numbers than of a run on one of them`;
  });
}

function plain({ name, device }: LearningDevice): LearningDevice {
  return { name, device };
}

function named({ name, device }: LearningDevice): string {
  return `${name} (${device})`;
}
