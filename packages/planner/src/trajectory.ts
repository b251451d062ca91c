/** What a leader saw of one episode and what it (or a demonstrator) chose, ready to learn from. */
export interface Trajectory {
  readonly question: string;
  readonly steps: readonly { readonly strategy: string; readonly text: string }[];
  /** Action index chosen after so many steps; `null` where nothing is to be learned. At most one more than steps. */
  readonly choices: readonly (number | null)[];
}

/**
 * The choices of several trajectories side by side, as losses read them. Time comes first: choice k of a trajectory is in
 * row `k * trajectories + trajectory`, so that it stands at time k for all of them.
 */
export interface ChoiceLayout {
  readonly trajectories: number;
  /** Choices of the longest trajectory. */
  readonly choiceLength: number;
  /** Action of each choice, −1 for none, [choiceLength · trajectories]. */
  readonly choices: Int32Array;
}

export function choiceLayout(trajectories: readonly Trajectory[]): ChoiceLayout {
  const choiceLength = Math.max(...trajectories.map(({ choices }) => choices.length));
  const actions = trajectories.map(({ choices }) => choices.map((choice) => choice ?? -1));
  return { trajectories: trajectories.length, choiceLength, choices: timeMajor(actions, choiceLength) };
}

/**
 * Rows of numbers as columns, [length · rows], time first; −1 where a row has none.
 * @param start Time of a row's first number; 0 by default.
 */
export function timeMajor(
  rows: readonly (readonly number[])[],
  length: number,
  start: (row: readonly number[]) => number = () => 0,
): Int32Array {
  const flat = new Int32Array(length * rows.length).fill(-1);
  for (const [column, row] of rows.entries()) {
    const offset = start(row);
    for (const [index, value] of row.entries()) flat[(offset + index) * rows.length + column] = value;
  }
  return flat;
}
