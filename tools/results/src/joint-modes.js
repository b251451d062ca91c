// Who may learn in the comparison of `npm run results:joint`, by the name of the mode in `training.stage2.mode`.

/** What the claim is about. */
const claimed = { joint: 'both', leader: 'leader only', alone: 'follower only, led by nobody' };

/** What else can be held against it, on request. */
const further = {
  alternating: 'both by turns of ten iterations',
  follower: 'follower only, led by the planner as it was',
};

/** What `joint`, led, is compared with: mode, policy that it is measured with, name of the row. */
const comparisons = [
  ['leader', 'planner', 'leader only, led'],
  ['alone', 'alone', 'follower only, alone'],
  ['alone', 'planner', 'follower only, led by the planner it never met'],
  ['alternating', 'planner', 'both by turns, led'],
  ['follower', 'planner', 'follower only, led by the planner it learned with'],
  ['start', 'planner', 'none more, led'],
];

/**
 * Names of the modes that are compared: those of the claim, and what was asked for besides.
 * @throws Error naming a word that is no such mode.
 */
export function comparedModes(words) {
  const unknown = words.find((word) => !(word in further));
  if (unknown !== undefined) {
    throw new Error(`results:joint: "${unknown}" is no further mode; there are ${Object.keys(further).join(' and ')}`);
  }
  const asked = Object.entries(further).filter(([mode]) => words.includes(mode));
  return { ...claimed, ...Object.fromEntries(asked) };
}

/** The comparisons between such modes. */
export function comparisonsAmong(modes) {
  return comparisons.filter(([mode]) => mode === 'start' || mode in modes);
}
