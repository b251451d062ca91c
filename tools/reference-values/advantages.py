"""Reference values of the advantage estimators, from the papers' formulas and the standard library alone.

    python3 tools/reference-values/advantages.py

prints the table that packages/planner/src/advantages/estimators.test.ts compares with.
"""

from statistics import mean, pstdev, stdev

# Two problems, four and three episodes; rewards (right, brief) with weights 1 and 0.25.
GROUPS = [[(1, -3), (0, -1), (0, -8), (1, -2)], [(0, -2), (0, -4), (0, -9)]]
WEIGHTS = (1, 0.25)


def composite(terms):
    return sum(weight * score for weight, score in zip(WEIGHTS, terms))


def rewards(group):
    return [composite(terms) for terms in group]


def grpo(group):
    return [(r - mean(rewards(group))) / (stdev(rewards(group)) + 1e-4) for r in rewards(group)]


def rloo(group):
    values = rewards(group)
    return [r - mean(values[:i] + values[i + 1 :]) for i, r in enumerate(values)]


def dr_grpo(group):
    return [r - mean(rewards(group)) for r in rewards(group)]


def over_batch(groups):
    flat = [value for group in groups for value in group]
    return [[(value - mean(flat)) / (pstdev(flat) + 1e-6) for value in group] for group in groups]


def decoupled(group):
    columns = list(zip(*group))
    sums = [0.0] * len(group)
    for weight, column in zip(WEIGHTS, columns):
        if len(set(column)) > 1:
            for i, score in enumerate(column):
                sums[i] += weight * (score - mean(column)) / (stdev(column) + 1e-4)
    return sums


# Two episodes of three and two decisions: rewards at the end, and the values that were expected at each decision.
EPISODES = [(1.0, [0.2, 0.5, 0.4]), (0.0, [0.3, 0.6])]


def gae(reward, values, gamma, lam):
    following = values[1:] + [0.0]
    rewards = [0.0] * (len(values) - 1) + [reward]
    deltas = [r + gamma * n - v for r, n, v in zip(rewards, following, values)]
    return [sum((gamma * lam) ** k * d for k, d in enumerate(deltas[t:])) for t in range(len(values))]


def targets(reward, values, gamma, lam):
    return [a + v for a, v in zip(gae(reward, values, gamma, lam), values)]


TABLE = {
    "grpo": [grpo(group) for group in GROUPS],
    "rloo": [rloo(group) for group in GROUPS],
    "dr-grpo": [dr_grpo(group) for group in GROUPS],
    "reinforce++": over_batch([rewards(group) for group in GROUPS]),
    "reinforce++ baseline=group": over_batch([dr_grpo(group) for group in GROUPS]),
    "gdpo": over_batch([decoupled(group) for group in GROUPS]),
    "gae gamma=0.9 lambda=0.8 normalise=false": [gae(*episode, 0.9, 0.8) for episode in EPISODES],
    "its value targets": [targets(*episode, 0.9, 0.8) for episode in EPISODES],
    "gae gamma=1 lambda=0.95": over_batch([gae(*episode, 1, 0.95) for episode in EPISODES]),
}

for name, groups in TABLE.items():
    print(f"{name}: {[[round(value, 6) for value in group] for group in groups]}")
