"""Reference values of the policy losses, from the papers' formulas and the standard library alone.

    python3 tools/reference-values/losses.py

prints the table that packages/core/src/losses/policy-objective.test.ts compares with, and its losses those of
packages/lm/src/training/policy-gradient.test.ts. Slopes are central differences of
the loss by each decision's log-probability.
"""

from math import exp, log, prod

# Two episodes: probabilities of their decisions under the new policy, the acting one and the reference; an advantage each.
NEW = [[0.5, 0.3, 0.9], [0.2, 0.6]]
OLD = [[0.4, 0.4, 0.5], [0.22, 0.3]]
REFERENCE = [[0.3, 0.3, 0.8], [0.4, 0.5]]
ADVANTAGES = [1.5, -0.5]


def clipped(ratio, advantage, low, high):
    return -min(ratio * advantage, min(max(ratio, 1 - low), 1 + high) * advantage)


def ppo(new, old, advantage, low, high):
    return [clipped(n / o, advantage, low, high) for n, o in zip(new, old)]


def gspo(new, old, advantage, low, high):
    ratio = (prod(new) / prod(old)) ** (1 / len(new))
    return [clipped(ratio, advantage, low, high)] * len(new)


def k1(new, reference):
    return -log(reference / new)


def k2(new, reference):
    return log(reference / new) ** 2 / 2


def k3(new, reference):
    return reference / new - 1 - log(reference / new)


def aggregate(losses, how):
    if how == "decision":
        flat = [value for episode in losses for value in episode]
        return sum(flat) / len(flat)
    if how == "episode":
        return sum(sum(episode) / len(episode) for episode in losses) / len(losses)
    return sum(sum(episode) for episode in losses) / len(losses)


def loss(new, surrogate, low, high, how, beta=0.0, kl=k3):
    terms = [surrogate(n, o, a, low, high) for n, o, a in zip(new, OLD, ADVANTAGES)]
    penalties = [[kl(n, r) for n, r in zip(ns, rs)] for ns, rs in zip(new, REFERENCE)]
    return aggregate([[t + beta * p for t, p in zip(ts, ps)] for ts, ps in zip(terms, penalties)], how)


def slopes(*settings, step=1e-6):
    def moved(episode, place, by):
        new = [list(each) for each in NEW]
        new[episode][place] = exp(log(new[episode][place]) + by)
        return loss(new, *settings)

    return [
        [(moved(i, j, step) - moved(i, j, -step)) / (2 * step) for j in range(len(NEW[i]))] for i in range(len(NEW))
    ]


CASES = {
    "ppo 0.2/0.2 decision": (ppo, 0.2, 0.2, "decision"),
    "ppo 0.2/0.28 decision": (ppo, 0.2, 0.28, "decision"),
    "ppo 0.2/0.2 episode": (ppo, 0.2, 0.2, "episode"),
    "ppo 0.2/0.2 sum": (ppo, 0.2, 0.2, "sum"),
    "gspo 0.2/0.2 episode": (gspo, 0.2, 0.2, "episode"),
    "gspo 0.1/0.1 episode": (gspo, 0.1, 0.1, "episode"),
    "ppo 0.2/0.2 decision k1": (ppo, 0.2, 0.2, "decision", 0.1, k1),
    "ppo 0.2/0.2 decision k2": (ppo, 0.2, 0.2, "decision", 0.1, k2),
    "ppo 0.2/0.2 decision k3": (ppo, 0.2, 0.2, "decision", 0.1, k3),
    "gspo 0.1/0.28 decision k3": (gspo, 0.1, 0.28, "decision", 0.1, k3),
}

for name, settings in CASES.items():
    rounded = [[round(value, 6) for value in episode] for episode in slopes(*settings)]
    print(f"{name}: loss {loss(NEW, *settings):.6f}, slopes {rounded}")
