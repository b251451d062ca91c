import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@rsim/source'];
const { tests } = await import(pathToFileURL(resolve(process.env.RSIM_TEST_GROUP ?? '', 'prepare.js')).href);

/** The tests of a group that needs something of its own, one file after the other; see vitest-group.js. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: { environment: 'node', pool: 'forks', fileParallelism: false, ...tests },
});
