import { meanOver, percent, roles, updateOf, type Diagnosis } from './diagnosis.js';

export const notFinite: Diagnosis = {
  code: 'not-finite',
  window: 1,
  threshold: 'an update was skipped because its loss, gradient or a weight after it is no finite number',
  remedy: ({ own }) =>
    `Lower ${own('learningRate')}, and look at the rewards; the batch is kept in the folder skipped of the run.`,
  find(records) {
    for (const role of roles) {
      const [reason] = updateOf(records.at(-1)!, role)?.skipped ?? [];
      if (reason !== undefined) return { role, message: `an update of the ${role} was skipped: ${reason}` };
    }
    return null;
  },
};

/** Nothing is learned from episodes that failed, so it is no update that tells. */
export const failedEpisodes: Diagnosis = {
  code: 'failed-episodes',
  window: 1,
  threshold: 'more than half of the episodes failed',
  remedy: () =>
    'Look at what they failed of (rsim episodes show): a follower that does not answer, a verifier that breaks, or weights that a far too high learning rate spoiled.',
  find(records) {
    const { episodes, errors } = records.at(-1)!;
    if (errors <= episodes / 2) return null;
    return { role: 'leader', message: `${errors} of ${episodes} episodes failed` };
  },
};

export const explodingGradient: Diagnosis = {
  code: 'exploding-gradient',
  window: 11,
  threshold:
    "a role's gradient is more than 10 times as long as the median of the 10 iterations before, and longer than 5",
  remedy: ({ own }) => `Lower ${own('learningRate')}; ${own('maxGradientNorm')} already keeps the step itself short.`,
  find(records) {
    for (const role of roles) {
      const norms = records.map((record) => updateOf(record, role)?.gradientNorm);
      const newest = norms.at(-1);
      const before = norms.slice(0, -1).filter((norm) => norm !== null && norm !== undefined);
      if (newest === null || newest === undefined || before.length < 5) continue;
      const usual = before.sort((one, other) => one - other)[Math.floor(before.length / 2)]!;
      if (newest > Math.max(5, 10 * usual)) {
        const message = `the ${role}'s gradient has the length ${newest.toPrecision(2)}, where ${usual.toPrecision(2)} was usual`;
        return { role, message };
      }
    }
    return null;
  },
};

export const noVariance: Diagnosis = {
  code: 'no-variance',
  window: 5,
  // Of a policy that always does the same all episodes are alike.
  follows: ['collapse', 'early-termination', 'lost-entropy', 'certain-follower'],
  threshold: "a role's rewards are all alike in more than 80 % of the groups over 5 iterations",
  remedy: ({ stage }) =>
    `Draw problems of another difficulty (tasks.0.curriculum), raise ${stage('group')}, set ${stage('resample')}=2, or add a finer reward.`,
  find(records) {
    for (const role of roles) {
      const share = meanOver(records, (record) => {
        const groups = updateOf(record, role)?.groups;
        return groups && groups.all > 0 ? groups.withoutVariance / groups.all : null;
      });
      if (share !== null && share > 0.8)
        return { role, message: `the ${role}'s rewards are all alike in ${percent(share)} of the groups` };
    }
    return null;
  },
};

export const uselessValue: Diagnosis = {
  code: 'useless-value',
  window: 10,
  threshold: "the leader's value estimates explain nothing of the variance of their targets over 10 iterations",
  remedy: ({ own }) =>
    `Raise ${own('valueWeight')} or ${own('learningRate')}, or use an estimator without values, e.g. ${own('estimator')}=grpo.`,
  find(records) {
    const values = records.map(({ update }) => update?.value?.explainedVariance);
    if (values.some((value) => value === undefined)) return null;
    const explained = meanOver(values, (value) => value) ?? 0;
    if (explained > 0) return null;
    return { role: 'leader', message: "the leader's value estimates explain nothing, so gae judges at random" };
  },
};
