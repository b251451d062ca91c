import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeMlflow, type Fault } from '../testing/fake-mlflow.js';
import { finishRun, journalIteration, smallRun } from '../testing/small-run.js';
import { mlflowOptionsSchema } from './mlflow-options.js';
import { MlflowTracker } from './mlflow-tracker.js';

const isSlow = process.env['RSIM_SLOW'] === '1';

/** What happens to a run: it trains, it is resumed some iterations back, or a synchronisation is tried under faults. */
const happening = fc.oneof(
  fc.record({ what: fc.constant('train' as const), iterations: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ what: fc.constant('resume' as const), back: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    what: fc.constant('sync' as const),
    // A fault ends the attempt, so there is one; half of the time it is one of a request with metrics.
    after: fc.integer({ min: 0, max: 25 }),
    only: fc.constantFrom('', 'POST runs/log-batch'),
    fault: fc.constantFrom<Fault>('none', 'drop', 'lose', 'half', 'error', 'busy', isSlow ? 'hang' : 'lose'),
  }),
);

/** Steps whose accuracy the server rejects for good. */
const rejectedSteps = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 });

/** Every synchronisation is a new tracker that knows what is on the disk, as after a kill. */
function freshTracker(uri: string, timeoutSeconds: number): MlflowTracker {
  const options = { uri, everySeconds: 0, timeoutSeconds, artifacts: false };
  return new MlflowTracker(mlflowOptionsSchema.parse(options), {});
}

/** Only a server that hangs is given up on: one in a process that is busy answers in the end. */
const sync = (uri: string, path: string, fault: Fault = 'none') =>
  freshTracker(uri, fault === 'hang' ? 1 : 20).sync({ path, warn: () => undefined }, AbortSignal.timeout(30_000));

test(
  'whatever is dropped, lost, done by half or refused on the way: in the end every point that may be is there exactly once',
  { timeout: isSlow ? 600_000 : 60_000 },
  async () => {
    const base = mkdtempSync(join(tmpdir(), 'rsim-sync-'));
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 4, maxLength: 12 }),
        rejectedSteps,
        async (happenings, rejected) => {
          await using server = await FakeMlflow.start();
          server.rejects = ({ key, step }) => key === 'real/accuracy' && rejected.includes(step);
          const path = join(base, String((count += 1)));
          using run = smallRun(path);
          let [iteration, highest] = [0, 0];
          for (const happens of happenings) {
            if (happens.what === 'sync') {
              let left = happens.only === '' ? happens.after : happens.after % 5;
              server.fault = (request) => {
                if (happens.only !== '' && request !== happens.only) return 'none';
                return (left -= 1) === -1 ? happens.fault : 'none';
              };
              await sync(server.uri, path, happens.fault).catch(() => undefined);
            } else if (happens.what === 'resume') {
              iteration = Math.max(0, iteration - happens.back);
            } else {
              for (let left = happens.iterations; left > 0; left -= 1) journalIteration(run, (iteration += 1));
            }
            highest = Math.max(highest, iteration);
          }
          finishRun(run);
          server.fault = () => 'none';
          await sync(server.uri, path);

          expect([...server.runs.values()].map(({ name }) => name).sort()).toEqual(
            [String(count), 'list-programs', 'seed 1', 'seed 2', 'word-problems'].sort(),
          );
          const all = Array.from({ length: highest }, (_, index) => index + 1).filter(
            (step) => !rejected.includes(step),
          );
          for (const name of [String(count), 'word-problems']) {
            const points = server.run(name).metrics.filter(({ key }) => key === 'real/accuracy');
            const steps = points.map(({ step }) => step);
            expect(steps.sort((left, right) => left - right)).toEqual(all);
          }
          for (const { metrics } of server.runs.values()) {
            const names = metrics.map(({ key, step }) => `${key} ${step}`);
            expect(new Set(names).size).toBe(names.length);
          }
        },
      ),
      // On a busy machine as many as there is time for.
      { numRuns: isSlow ? 300 : 10, interruptAfterTimeLimit: isSlow ? 500_000 : 50_000 },
    );
    rmSync(base, { recursive: true });
  },
);
