import { describe, expect, it } from 'vitest';
import { groupAdvantages } from './group-advantages.js';

describe('groupAdvantages', () => {
  it('is the distance from the mean in standard deviations', () => {
    // Mean 0.5, deviation √(4 · 0.25 / 3).
    const deviation = Math.sqrt(1 / 3);
    const expected = 0.5 / (deviation + 1e-4);
    const advantages = groupAdvantages([1, 0, 1, 0])!;
    [expected, -expected, expected, -expected].forEach((value, index) =>
      expect(advantages[index]).toBeCloseTo(value, 12),
    );
  });

  it('says nothing of a group whose rewards are all alike', () => {
    expect(groupAdvantages([0.1 + 0.2, 0.3, 0.3])).toBeNull();
    expect(groupAdvantages([1])).toBeNull();
  });
});
