/** Updates of one iteration; `null` for who does not learn in it. */
export interface Turns<Leader, Follower> {
  readonly leader: (() => Promise<Leader>) | null;
  readonly follower: (() => Promise<Follower>) | null;
  /** Whether they may run side by side: neither depends on the other, but what shares a thread would only wait for it. */
  readonly atOnce: boolean;
}

/** What an update made, and how long it took; `null` and 0 for who did not learn. */
interface Taken<T> {
  readonly made: T | null;
  readonly seconds: number;
}

/**
 * Makes the updates of one iteration, the leader's first or both at once: the numbers are the same.
 * @throws what either failed of, the leader's first, once none is under way.
 */
export async function takeTurns<Leader, Follower>({
  leader,
  follower,
  atOnce,
}: Turns<Leader, Follower>): Promise<{ readonly leader: Taken<Leader>; readonly follower: Taken<Follower> }> {
  if (!atOnce) return { leader: await timed(leader), follower: await timed(follower) };
  const [led, followed] = await Promise.allSettled([timed(leader), timed(follower)]);
  if (led.status === 'rejected') throw led.reason;
  if (followed.status === 'rejected') throw followed.reason;
  return { leader: led.value, follower: followed.value };
}

async function timed<T>(update: (() => Promise<T>) | null): Promise<Taken<T>> {
  if (update === null) return { made: null, seconds: 0 };
  const started = performance.now();
  return { made: await update(), seconds: (performance.now() - started) / 1000 };
}
