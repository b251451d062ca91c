/** What the benchmarks of followers have in common: conversations of given steps, counted and timed. */
import { loadavg } from 'node:os';

import { defaultStrategies, type Follower, type FollowerSession, type Strategy } from '@rsim/core';

/** What is injected before a step (tokens of it), and how many tokens the step writes after it. */
export interface Step {
  readonly strategy: Strategy | null;
  readonly injected: number;
  readonly tokens: number;
}

export interface Speed {
  /** Tokens written. */
  readonly written: number;
  /** Tokens fed in: questions, injections. */
  readonly fed: number;
  readonly seconds: number;
  /** Of all processors together, by all threads of this process: what a loaded machine takes longer for is not counted. */
  readonly processorSeconds: number;
}

const guiding = defaultStrategies.strategies.filter(({ terminal }) => !terminal);
const answering = defaultStrategies.strategies.filter(({ terminal }) => terminal);

type InjectionCount = (strategy: Strategy) => number;

/** Steps that inject the eight strategies that go on, in turn. */
export function guidedSteps(count: number, tokens: number, countInjection: InjectionCount): Step[] {
  return Array.from({ length: count }, (_, index) => {
    const strategy = guiding[index % guiding.length] as Strategy;
    return { strategy, injected: countInjection(strategy), tokens };
  });
}

/** A step of each of the nine strategies, the answer's at the end. */
export function nineSteps(tokens: number, countInjection: InjectionCount): Step[] {
  const last = answering.map((strategy) => ({ strategy, injected: countInjection(strategy), tokens }));
  return [...guidedSteps(8, tokens, countInjection), ...last];
}

/** Steps without strategies that write what others are given and write, so that both conversations are of one length. */
export function unguided(steps: readonly Step[]): Step[] {
  return steps.map(({ injected, tokens }) => ({ strategy: null, injected: 0, tokens: injected + tokens }));
}

/** Has `sessions` conversations take the same steps at the same time; `asked` comes before what each is asked. */
export async function measure(
  follower: Follower,
  sessions: number,
  steps: readonly Step[],
  asked = '',
): Promise<Speed> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const counts = await Promise.all(
    Array.from({ length: sessions }, (_, index) => converse(follower, index, steps, asked)),
  );
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  const [written, fed] = [0, 1].map((place) => counts.reduce((sum, count) => sum + (count[place] as number), 0));
  return { written: written as number, fed: fed as number, seconds, processorSeconds: (user + system) / 1e6 };
}

/** Takes the steps of one conversation, beginning anew where the follower has answered; tokens written and fed in. */
async function converse(
  follower: Follower,
  index: number,
  steps: readonly Step[],
  asked: string,
): Promise<[number, number]> {
  const question = `${asked}Tom has ${index + 7} apples and gives ${index % 5} away. How many are left?`;
  const open = (): Promise<FollowerSession> => follower.open(question);
  let [written, fed, session] = [0, 0, await open()];
  for (const [place, { strategy, injected, tokens }] of steps.entries()) {
    const step = await session.step(strategy, {
      maxTokens: tokens + injected,
      temperature: 1,
      seed: 100 * index + place,
    });
    written += step.tokens.length;
    fed += step.usage.promptTokens;
    if (step.finish !== 'answer') continue;
    await session[Symbol.asyncDispose]();
    session = await open();
  }
  await session[Symbol.asyncDispose]();
  return [written, fed];
}

export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1] as number;

/** The speed in the middle, by tokens written a second. */
export const medianSpeed = (speeds: readonly Speed[]): Speed =>
  speeds.toSorted((left, right) => writtenPerSecond(left) - writtenPerSecond(right))[speeds.length >> 1] as Speed;

export const writtenPerSecond = ({ written, seconds }: Speed): number => written / seconds;
/** Written and fed-in tokens a second. */
export const allPerSecond = ({ written, fed, seconds }: Speed): number => (written + fed) / seconds;

/** Takes arms in turn, `rounds` times, so that what else the machine does falls on all alike. */
export async function alternate<Name extends string>(
  rounds: number,
  arms: Readonly<Record<Name, () => Promise<Speed>>>,
): Promise<Record<Name, Speed[]>> {
  const names = Object.keys(arms) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Speed[]])) as Record<Name, Speed[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) taken[name].push(await arms[name]());
  }
  return taken;
}

/** Opens and disposes of `cycles` followers, `lanes` at a time; resident memory (bytes) after each quarter of them. */
export async function residentMemory(
  cycles: number,
  lanes: number,
  cycle: (index: number) => Promise<void>,
): Promise<number[]> {
  const held: number[] = [];
  for (let index = 0; index < cycles; index += lanes) {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => cycle(index + lane)));
    if ((index + lanes) % (cycles / 4) === 0) held.push(process.memoryUsage.rss());
  }
  return held;
}

/** Prints one row of a Markdown table. */
export function row(...cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

/** Prints the head of a table, with the load of the machine at its beginning. */
export function head(title: string, ...columns: readonly string[]): void {
  console.log(`\n${title}; load ${loadavg()[0]?.toFixed(1)}\n`);
  row(...columns);
  row(...columns.map(() => '---'));
}
