import type { Random } from '@rsim/core';
import { z } from 'zod';
import type { AnswerForm } from '../answer-form.js';
import { defineSuite } from '../define-suite.js';
import { wholeNumber } from '../number-forms.js';
import type { Draft } from '../procedural-suite.js';
import { wordSequence, wordSet } from '../word-forms.js';
import { distancesFrom, isShortestPath, type Graph } from './graph.js';
import { tellGraph } from './tell-graph.js';

/** What is asked: the reachable places, the length of a shortest way, or one such way. */
export type GraphAsk = 'reachable' | 'distance' | 'path';

export interface GraphData extends Graph {
  readonly ask: GraphAsk;
  readonly start: string;
  readonly goal: string;
}

const options = z.strictObject({
  ask: z
    .array(z.enum(['reachable', 'distance', 'path']))
    .min(1)
    .default(['reachable', 'distance', 'path'])
    .describe('What may be asked: all reachable places, the length of a shortest way, or one such way.'),
  oneWay: z.number().min(0).max(1).default(0.5).describe('Share of the problems whose connections go one way only.'),
});

const forms: Readonly<Record<GraphAsk, AnswerForm>> = {
  reachable: wordSet('their names with commas between them', 'Aston, Borley', 'none'),
  distance: wholeNumber,
  path: wordSequence('the way from start to end, with commas between the stops', 'Aston, Borley, Corby'),
};

export const graphReachability = defineSuite<typeof options, GraphData>({
  name: 'graph-reachability',
  title: 'Graph reachability',
  domain: 'logic',
  description: 'What can be reached in a network, how far it is, and by which way (logic).',
  levelMeaning: 'half the number of places less one (4 to 12), with a quarter more connections than places',
  levels: [1, 2, 3, 4, 5],
  budget: { steps: 16, tokens: 1200, answerTokens: 96 },
  options,
  form: ({ ask }) => forms[ask],
  accepts: (data, read) => isRight(data, read),
  write: (level, random, { ask, oneWay }) =>
    writeGraph(2 * level + 2, random.pick(ask), random.next() < oneWay, random),
});

const places = [
  ...['Aston', 'Borley', 'Corby', 'Denham', 'Elford', 'Fenwick', 'Garston', 'Hilton', 'Ibsley', 'Kelby', 'Lorton'],
  ...['Marton', 'Norham', 'Oakley', 'Penrith', 'Ripley', 'Selby', 'Tarvin', 'Upton', 'Wigton', 'Yarm'],
] as const;

function writeGraph(size: number, ask: GraphAsk, oneWay: boolean, random: Random): Draft<GraphData> | null {
  const nodes = random.sample(places, size);
  const pairs = nodes.flatMap((from, index) =>
    nodes.slice(index + 1).map((to) => (random.next() < 0.5 ? ([from, to] as const) : ([to, from] as const))),
  );
  const edges = random.sample(pairs, Math.min(pairs.length, Math.round(size * 1.25)));
  const graph = { nodes, edges, oneWay };
  const start = random.pick(nodes);
  const distances = distancesFrom(graph, start);
  const reached = [...distances.keys()].filter((node) => node !== start).sort();
  const farthest = Math.max(...distances.values());
  if (ask === 'reachable') {
    if (reached.length < size / 4 || reached.length === size - 1) return null;
    const data = { ...graph, ask, start, goal: start };
    return { question: tellGraph(data, random), answer: reached.join(', '), data };
  }
  if (farthest < 2) return null;
  const goal = random.pick(reached.filter((node) => distances.get(node)! >= Math.min(farthest, 3)));
  const data = { ...graph, ask, start, goal };
  const answer = ask === 'distance' ? String(distances.get(goal)) : wayTo(goal, graph, distances).join(', ');
  return { question: tellGraph(data, random), answer, data };
}

/** A shortest way, found backwards. */
function wayTo(goal: string, graph: Graph, distances: ReadonlyMap<string, number>): string[] {
  const way = [goal];
  for (let distance = distances.get(goal)!; distance > 0; distance -= 1) {
    const before = graph.nodes.find(
      (node) => distances.get(node) === distance - 1 && distancesFrom(graph, node).get(way[0]!) === 1,
    );
    way.unshift(before!);
  }
  return way;
}

function isRight(data: GraphData, read: string): boolean {
  const distances = distancesFrom(data, data.start);
  if (data.ask === 'distance') return read === String(distances.get(data.goal));
  if (data.ask === 'path') return isShortestPath(data, data.start, data.goal, read.split(', '));
  const reached = [...distances.keys()].filter((node) => node !== data.start).map((node) => node.toLowerCase());
  return read === reached.sort().join(', ');
}
