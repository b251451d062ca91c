import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { stringRewriting } from './string-rewriting.js';

describeSuite(stringRewriting.suite(), {
  keys: ['1602191bf932b353', '91a40b0434b745c1', 'e6f7251eee89b64c', 'f007b75073cf84e9', '27e7755948959579'],
  // The rules applied by cutting the string, which is another way than the suite's.
  check: ({ data: { start, rules, steps }, answer }) => {
    let word = start;
    for (let done = 0; steps === null || done < steps; done += 1) {
      const rule = rules.find(({ from }) => word.split(from).length > 1);
      if (rule === undefined) break;
      const [head = '', ...tail] = word.split(rule.from);
      word = head + rule.to + tail.join(rule.from);
    }
    expect(word).toBe(answer);
  },
});
