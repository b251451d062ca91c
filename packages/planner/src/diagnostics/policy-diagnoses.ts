import { isLed, meanOver, percent, roles, updateOf, type DiagnosedRecord, type Diagnosis } from './diagnosis.js';

const entropyOf = ({ update }: DiagnosedRecord) => update?.policy?.entropy;

/** The policy has stopped to try anything else. */
export const collapse: Diagnosis = {
  code: 'collapse',
  window: 5,
  threshold: 'one strategy makes more than 90 % of all decisions over 5 iterations, and episodes do not end at once',
  remedy: ({ own }) =>
    `Raise ${own('entropy')} or set ${own('clipHigh')}=0.28, lower ${own('learningRate')}, or reward leader-diversity.`,
  find(records) {
    if (endsAtOnce(records)) return null;
    const strategies = Object.keys(records.at(-1)!.strategyUse);
    for (const strategy of strategies) {
      const share = meanOver(records, ({ strategyUse }) => strategyUse[strategy]) ?? 0;
      if (share > 0.9)
        return { role: 'leader', message: `the leader chooses ${strategy} ${percent(share)} of the time` };
    }
    return null;
  },
};

export const lostEntropy: Diagnosis = {
  code: 'lost-entropy',
  window: 5,
  follows: ['collapse', 'early-termination'],
  threshold: "the leader's entropy is below 0.05 nats over 5 iterations (even choice among nine strategies has 2.2)",
  remedy: ({ own }) =>
    `Raise ${own('entropy')} or ${own('finalEntropy')}, or lower ${own('learningRate')}; at the end of a run it may be right.`,
  find(records) {
    const entropy = meanOver(records, entropyOf);
    if (entropy === null || entropy >= 0.05) return null;
    const message = `the leader has all but stopped trying: its entropy is ${entropy.toFixed(3)} nats`;
    return { role: 'leader', message };
  },
};

/** `lost-entropy` of the follower. Most tokens of a text are certain, so that its entropy rightly is far below a leader's. */
export const certainFollower: Diagnosis = {
  code: 'certain-follower',
  window: 5,
  threshold: "the entropy of the follower's tokens is below 0.005 nats over 5 iterations",
  remedy: ({ own }) => `Raise ${own('entropy')}, lower ${own('learningRate')}, or set ${own('clipHigh')}=0.28.`,
  find(records) {
    const entropy = meanOver(records, ({ followerUpdate }) => followerUpdate?.policy?.entropy);
    if (entropy === null || entropy >= 0.005) return null;
    const message = `the follower writes all but the same each time: the entropy of its tokens is ${entropy.toFixed(4)} nats`;
    return { role: 'follower', message };
  },
};

export const earlyTermination: Diagnosis = {
  code: 'early-termination',
  window: 5,
  threshold:
    'episodes have fewer than 1.5 steps, more than 80 % ended by the leader, and accuracy is below 80 %, over 5 iterations',
  remedy: ({ stage }) =>
    `Lower the weight of leader-termination, leader-cost or leader-efficiency, or set ${stage('annealFrom')}=2.`,
  find(records) {
    const steps = meanOver(records, (record) => record.steps) ?? 0;
    const accuracy = meanOver(records, (record) => record.accuracy);
    if (!endsAtOnce(records) || accuracy === null || accuracy >= 0.8) return null;
    const message = `the leader ends episodes after ${steps.toFixed(1)} steps at an accuracy of ${percent(accuracy)}`;
    return { role: 'leader', message };
  },
};

/** Where it is right, it is no trouble. */
function endsAtOnce(records: readonly DiagnosedRecord[]): boolean {
  const steps = meanOver(records, (record) => record.steps) ?? 0;
  const ended = meanOver(records, (record) => record.terminationRate) ?? 0;
  return steps < 1.5 && ended > 0.8;
}

export const neverEnds: Diagnosis = {
  code: 'never-ends',
  window: 10,
  follows: ['collapse'],
  threshold: 'fewer than 5 % of the episodes are ended by the leader over 10 iterations, and there is a leader',
  remedy: () => 'Raise the weight of leader-termination, or give more room with budget.tokens or budget.steps.',
  find(records) {
    if (!records.every(isLed)) return null;
    const ended = meanOver(records, (record) => record.terminationRate) ?? 1;
    if (ended >= 0.05) return null;
    const message = `the leader ends ${percent(ended)} of the episodes itself; the budget ends the others`;
    return { role: 'leader', message };
  },
};

/** Small ratios are no trouble: a bad choice may become rare at once. */
export const explodingRatio: Diagnosis = {
  code: 'exploding-ratio',
  window: 3,
  threshold: 'a ratio of new to old probability is above 20 in each of 3 iterations',
  remedy: ({ own }) => `Lower ${own('learningRate')} or ${own('epochs')}, or use ${own('loss')}=gspo.`,
  find(records) {
    for (const role of roles) {
      const largest = records.map((record) => updateOf(record, role)?.policy?.largestRatio ?? 0);
      if (largest.every((ratio) => ratio > 20)) {
        const message = `the ${role} makes choices up to ${largest.at(-1)!.toPrecision(2)} times likelier in one update`;
        return { role, message };
      }
    }
    return null;
  },
};

export const largeUpdates: Diagnosis = {
  code: 'large-updates',
  window: 5,
  follows: ['exploding-ratio'],
  threshold:
    "a role's clip holds more than 40 % of its decisions, or the leader moves by more than 1 nat an update, over 5 iterations",
  remedy: ({ own }) =>
    `Lower ${own('learningRate')} or ${own('epochs')}: most of each update is thrown away or overshoots.`,
  find(records) {
    for (const role of roles) {
      const policies = records.map((record) => updateOf(record, role)?.policy);
      const clipped = meanOver(policies, (policy) => policy?.clipFraction) ?? 0;
      if (clipped > 0.4) return { role, message: `the clip holds ${percent(clipped)} of the ${role}'s decisions` };
      const moved = meanOver(policies, (policy) => policy?.divergence) ?? 0;
      if (moved > 1) return { role, message: `an update moves the ${role} by ${moved.toFixed(2)} nats` };
    }
    return null;
  },
};
