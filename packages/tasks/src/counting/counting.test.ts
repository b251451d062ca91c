import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { counting } from './counting.js';
import { countOneByOne } from './testing/count-one-by-one.js';

describeSuite(counting.suite(), {
  keys: ['8e97d7619a429ebf', '7341807b83120ec2', '7dfa6141a40470e4', '8ac150be5e3ab175', '8bd2844116011ecf'],
  // Small cases are counted one by one.
  check: ({ data, answer }) => {
    const counted = countOneByOne(data);
    if (counted !== null) expect(String(counted)).toBe(answer);
  },
});
