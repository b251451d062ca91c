/**
 * Dies of -9 with its whole process group right before it writes or renames a file whose path RSIM_TEST_DIES_AT, a regular expression,
 * fits: `node --import ./die-at-write.js`. Signals from outside cannot be timed so well.
 */
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const place = new RegExp(process.env.RSIM_TEST_DIES_AT);
for (const name of ['writeFile', 'rename']) {
  const original = promises[name];
  promises[name] = (path, ...others) => {
    if (place.test(String(path))) process.kill(0, 'SIGKILL');
    return original(path, ...others);
  };
}
syncBuiltinESMExports();
