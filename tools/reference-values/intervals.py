"""Reference values of intervals and effect sizes, from scipy and statsmodels.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy scipy statsmodels
    /tmp/venv/bin/python tools/reference-values/intervals.py

prints the numbers that newcombe.test.ts, accuracy.test.ts, cliffs-delta.test.ts and effect-size.test.ts in
packages/evaluation/src/statistics compare with. What no library has is computed here from the papers' formulas.
"""

from itertools import product
from math import sqrt

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportion_effectsize


def paired(both, first_only, second_only, neither):
    """Newcombe 1998 (Stat. Med. 17, 2635), method 10: Wilson limits, correlation corrected for continuity."""
    n = both + first_only + second_only + neither
    p1, p2 = (both + first_only) / n, (both + second_only) / n
    l1, u1 = proportion_confint(both + first_only, n, method="wilson")
    l2, u2 = proportion_confint(both + second_only, n, method="wilson")
    margins = n**4 * p1 * (1 - p1) * p2 * (1 - p2)
    cross = both * neither - first_only * second_only
    cross = max(cross - n / 2, 0) if cross > 0 else cross
    phi = cross / sqrt(margins) if margins > 0 else 0
    below = sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    above = sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return p1 - p2 - below, p1 - p2 + above


def score(p, n, quantile):
    z2 = quantile**2 / n
    centre, margin = p + z2 / 2, sqrt(p * (1 - p) * z2 + z2 * z2 / 4)
    return (centre - margin) / (1 + z2), (centre + margin) / (1 + z2)


def cliff(first, second):
    return np.mean([np.sign(a - b) for a, b in product(first, second)])


print("independent proportions, Newcombe's method 10")
for x1, n1, x2, n2 in [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (0, 30, 0, 50)]:
    print(f"  {x1}/{n1} - {x2}/{n2}", confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff"))

print("paired proportions, Newcombe's method 10")
for table in [(14, 5, 0, 22), (36, 12, 2, 0), (1, 1, 7, 12), (50, 0, 0, 50), (30, 0, 0, 0), (0, 20, 0, 0)]:
    print(f"  {table}", paired(*table))

print("accuracy clustered by problem, Wilson on the effective number")
p, standard_error = 7 / 12, 0.17975249
print("  ", score(p, p * (1 - p) / standard_error**2, stats.t.ppf(0.975, 4)))

print("Cliff's delta, 2 U / (n m) - 1")
for first, second in [([0.61, 0.72, 0.7], [0.6, 0.65, 0.71]), ([1, 2, 2, 3], [2, 2, 1, 0, 5])]:
    statistic = stats.mannwhitneyu(first, second).statistic
    print(f"  {first} {second}", cliff(first, second), 2 * statistic / (len(first) * len(second)) - 1)

print("Cohen's h of shares, delta method")
first, second = np.array([1, 2 / 3, 1 / 3, 0, 1, 1, 2 / 3, 1]), np.array([1 / 3, 0, 1 / 3, 0, 1, 2 / 3, 0, 1])
slopes = [1 / sqrt(each.mean() * (1 - each.mean())) for each in (first, second)]
influence = slopes[0] * first - slopes[1] * second
h = proportion_effectsize(first.mean(), second.mean())
margin = stats.norm.ppf(0.975) * sqrt(influence.var() / len(first))
print("  ", h, h - margin, h + margin)
