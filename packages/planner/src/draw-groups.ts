export interface GroupDraw<Group> {
  /** How many groups that tell something are wanted. */
  readonly wanted: number;
  /** How often more are drawn, at most. */
  readonly rounds: number;
  /** Runs up to `count` groups; `round` is 0 at first. */
  readonly draw: (count: number, round: number) => Promise<readonly Group[]>;
  /** How many of the groups tell nothing, their rewards being all alike. */
  readonly silent: (groups: readonly Group[]) => number;
}

/**
 * The groups of one iteration, and more in place of those that tell nothing (dynamic sampling of DAPO, arXiv 2503.14476,
 * section 3.2), until there are enough or the rounds are over. The silent ones are among them: they were run, and count.
 */
export async function drawGroups<Group>({ wanted, rounds, draw, silent }: GroupDraw<Group>): Promise<Group[]> {
  const groups = [...(await draw(wanted, 0))];
  for (let round = 1; round <= rounds; round += 1) {
    const missing = wanted - (groups.length - silent(groups));
    const more = missing > 0 ? await draw(missing, round) : [];
    if (more.length === 0) break;
    groups.push(...more);
  }
  return groups;
}
