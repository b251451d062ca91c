export interface Rate {
  readonly perSecond: number;
  readonly repetitions: number;
}

const seconds = 5;
const mostRepetitions = 50;

/** How much of `units` a second `work` does: repeated for some seconds after one time that compiles and warms up. */
export async function rateOf(units: number, work: () => Promise<unknown>): Promise<Rate> {
  await work();
  const started = performance.now();
  let repetitions = 0;
  let elapsed: number;
  do {
    await work();
    repetitions += 1;
    elapsed = (performance.now() - started) / 1000;
  } while (elapsed < seconds && repetitions < mostRepetitions);
  return { perSecond: (units * repetitions) / elapsed, repetitions };
}

/** A measurement that fails is a line of the result; the others are made all the same. */
export async function report(what: string, unit: string, measure: () => Promise<Rate>): Promise<void> {
  try {
    const { perSecond, repetitions } = await measure();
    const rate = perSecond >= 100 ? Math.round(perSecond).toString() : perSecond.toPrecision(3);
    console.log(`${what.padEnd(44)} ${rate.padStart(9)} ${unit}/s   (${repetitions} times)`);
  } catch (thrown) {
    const [why] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
    console.log(`${what.padEnd(44)}    failed: ${why}`);
  }
}
