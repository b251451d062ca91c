import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { z } from 'zod';
import { flatten } from './flatten.js';
import { RunFolder } from './run-folder.js';

const named = z.looseObject({ name: z.string() });
const configSchema = z.looseObject({
  seed: z.number().optional(),
  tasks: z.array(z.looseObject({ suite: z.string(), options: z.unknown() })).catch([]),
  follower: named.optional().catch(undefined),
  planner: named.optional().catch(undefined),
  evaluation: z.looseObject({ split: z.string() }).optional().catch(undefined),
});

/** A data set of a run: a suite, a split of it, and what names its problems. */
export interface RunDataset {
  readonly suite: string;
  readonly split: string;
  readonly use: 'training' | 'evaluation';
  readonly options: unknown;
  /** 32 hexadecimal digits of SHA-256 over all that the problems depend on. */
  readonly digest: string;
}

/** What a tracker tells of a run besides its numbers. */
export interface RunFacts {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly suites: readonly string[];
  /** The configuration, flat. */
  readonly parameters: readonly [name: string, value: string][];
  /** Who, what, with which versions and on which machine. */
  readonly tags: Readonly<Record<string, string>>;
  readonly datasets: readonly RunDataset[];
}

/** @throws RunFolderError when the folder holds no run that can be read. */
export function runFacts(path: string): RunFacts {
  const { trackers: _, ...config } = RunFolder.readConfig(path) as Record<string, unknown>;
  const { evaluation, follower, planner, seed, tasks } = configSchema.parse(config);
  const environment = RunFolder.readEnvironment(path);
  const [first] = RunFolder.readJournal(path);
  const suites = tasks.map(({ suite }) => suite);
  const tags = {
    ...Object.fromEntries(
      Object.entries(environment?.versions ?? {}).map(([name, version]) => [`rsim.version.${name}`, version]),
    ),
    ...(environment === null ? {} : { 'rsim.node': environment.node, 'rsim.platform': environment.platform }),
    ...(environment === null ? {} : { 'rsim.cpu': `${environment.cpu}, ${environment.cores} cores` }),
    ...Object.fromEntries(
      Object.entries(environment?.learning ?? {}).map(([role, { name, device }]) => [
        `rsim.learning.${role}`,
        `${name}: ${device}`,
      ]),
    ),
    ...(environment?.commit ? { 'rsim.commit': environment.commit } : {}),
    ...(seed === undefined ? {} : { 'rsim.seed': String(seed) }),
    ...(follower === undefined ? {} : { 'rsim.follower': nameOf(follower) }),
    ...(planner === undefined ? {} : { 'rsim.planner': planner.name }),
    'rsim.tasks': suites.join(', '),
    'rsim.user': user(),
  };
  const rsim = environment?.versions['rsim'] ?? null;
  const uses = [['train', 'training'] as const, [evaluation?.split ?? 'test', 'evaluation'] as const];
  return {
    name: basename(path),
    startTime: first === undefined ? Date.now() : Date.parse(first.time),
    ...{ suites, tags, parameters: flatten(config) },
    datasets: tasks.flatMap(({ suite, options }) =>
      uses.map(([split, use]) => ({
        suite,
        split,
        use,
        options,
        digest: digestOf({ suite, split, options, seed, rsim }),
      })),
    ),
  };
}

/** `embedded nano`, where an option says which. */
function nameOf({ name, options }: z.output<typeof named>): string {
  const model = (options as { model?: unknown } | undefined)?.model;
  return typeof model === 'string' ? `${name} ${model}` : name;
}

function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry in the system's list, as in some containers.
    return 'unknown';
  }
}
