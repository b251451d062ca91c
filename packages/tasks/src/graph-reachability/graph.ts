export interface Graph {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [string, string])[];
  /** Whether an edge leads from the first to the second only. */
  readonly oneWay: boolean;
}

/** Steps from `start` to each node that can be reached, `start` itself included, by breadth-first search. */
export function distancesFrom(graph: Graph, start: string): Map<string, number> {
  const distances = new Map([[start, 0]]);
  // The map grows while it is gone through, in the order of the search.
  for (const [node, distance] of distances) {
    for (const neighbour of neighboursOf(graph, node)) {
      if (!distances.has(neighbour)) distances.set(neighbour, distance + 1);
    }
  }
  return distances;
}

/** Whether the stops lead from start to goal along edges, in as few steps as can be. The case of letters is ignored. */
export function isShortestPath(graph: Graph, start: string, goal: string, stops: readonly string[]): boolean {
  const nodes = stops.map((stop) => graph.nodes.find((node) => node.toLowerCase() === stop.toLowerCase()));
  const isLinked = nodes.every((node, index) => {
    const next = nodes[index + 1];
    return node !== undefined && (index === nodes.length - 1 || neighboursOf(graph, node).includes(next ?? ''));
  });
  const shortest = distancesFrom(graph, start).get(goal);
  return isLinked && nodes[0] === start && nodes.at(-1) === goal && nodes.length - 1 === shortest;
}

function neighboursOf({ edges, oneWay }: Graph, node: string): string[] {
  return edges.flatMap(([from, to]) => {
    if (from === node) return [to];
    return to === node && !oneWay ? [from] : [];
  });
}
