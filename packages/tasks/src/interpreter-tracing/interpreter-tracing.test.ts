import { runInNewContext } from 'node:vm';
import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { interpreterTracing } from './interpreter-tracing.js';
import { render } from './render.js';

describeSuite(interpreterTracing.suite(), {
  keys: ['70aebe9fc9e152d5', '9bf50856ce0fcb12', 'b09a11219f4c2f60', '28849ffa59c66fcb', 'dc39c77e52d48c9b'],
  // The program as JavaScript, run by Node.
  check: ({ data, answer }) => {
    const printed: number[] = [];
    runInNewContext(render(data, 'javascript'), { console: { log: (...values: number[]) => printed.push(...values) } });
    expect(printed.map((value) => String(value + 0)).join(', ')).toBe(answer);
  },
});
