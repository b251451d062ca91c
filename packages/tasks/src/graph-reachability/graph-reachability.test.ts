import { expect } from 'vitest';
import { describeSuite } from '../testing/describe-suite.js';
import { graphReachability } from './graph-reachability.js';

describeSuite(graphReachability.suite(), {
  keys: ['0c95f1d459664d95', '332aa658a8d8941f', '1c99c4a859dc15c6', '07b3bb6b692e5bbd', '7139f5fc6385efd8'],
  // Distances by relaxing every edge again and again, which is another way than the suite's search.
  check: ({ data: { nodes, edges, oneWay, ask, start, goal }, answer }) => {
    const distance = new Map(nodes.map((node) => [node, node === start ? 0 : Infinity]));
    const links = edges.flatMap(([from, to]) =>
      oneWay
        ? [[from, to]]
        : [
            [from, to],
            [to, from],
          ],
    ) as [string, string][];
    for (let round = 0; round < nodes.length; round += 1) {
      for (const [from, to] of links) distance.set(to, Math.min(distance.get(to)!, distance.get(from)! + 1));
    }
    const reached = nodes.filter((node) => node !== start && distance.get(node)! < Infinity).sort();
    if (ask === 'reachable') expect(answer).toBe(reached.join(', '));
    else if (ask === 'distance') expect(answer).toBe(String(distance.get(goal)));
    else expect(answer.split(', ')).toHaveLength(distance.get(goal)! + 1);
  },
});
