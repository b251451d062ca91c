import type { Random } from '@rsim/core';
import { listed } from '../wording.js';
import type { GraphData } from './graph-reachability.js';

interface Scene {
  readonly opening: readonly [both: string, oneWay: string];
  edge(from: string, to: string, oneWay: boolean): string;
  readonly step: string;
}

const scenes: readonly Scene[] = [
  {
    opening: ['The towns {list} are joined by roads.', 'The towns {list} are joined by one-way roads.'],
    edge: (from, to, oneWay) => `a road ${oneWay ? `leads from ${from} to ${to}` : `joins ${from} and ${to}`}`,
    step: 'roads',
  },
  {
    opening: [
      'An airline serves {list}; it flies every route both ways.',
      'An airline serves {list}; each of its routes is flown in one direction only.',
    ],
    edge: (from, to, oneWay) => (oneWay ? `it flies from ${from} to ${to}` : `it flies between ${from} and ${to}`),
    step: 'flights',
  },
  {
    opening: [
      'A ferry company calls at {list}, in both directions.',
      'A ferry company calls at {list}, each line in one direction.',
    ],
    edge: (from, to, oneWay) => `a line ${oneWay ? `goes from ${from} to ${to}` : `connects ${from} with ${to}`}`,
    step: 'ferry rides',
  },
];

/** The network and the question as one text. */
export function tellGraph({ nodes, edges, oneWay, ask, start, goal }: GraphData, random: Random): string {
  const scene = random.pick(scenes);
  const opening = scene.opening[oneWay ? 1 : 0].replace('{list}', listed([...nodes].sort()));
  const links = edges.map(([from, to]) => scene.edge(from, to, oneWay));
  const network = `${opening} Here is all there is: ${links.join('; ')}.`;
  if (ask === 'reachable') {
    return `${network} ${random.pick([
      `Which other places can be reached from ${start}, directly or through others?`,
      `Starting at ${start} and going on as often as you like, where else can you get?`,
    ])}`;
  }
  if (ask === 'distance') {
    return `${network} ${random.pick([
      `What is the smallest number of ${scene.step} that takes you from ${start} to ${goal}?`,
      `How many ${scene.step} does one need at least to get from ${start} to ${goal}?`,
    ])}`;
  }
  return `${network} Name a way from ${start} to ${goal} with as few ${scene.step} as possible, both ends included; if there are several, any of them will do.`;
}
