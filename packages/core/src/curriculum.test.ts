import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCurriculum, drawLevels, levelWeights } from './curriculum.js';

const levels = [1, 2, 3, 4];
const curriculum = { from: [1, 2], to: [3, 4], over: 0.5 };

describe('levelWeights', () => {
  it.each([
    [0, [0.5, 0.5, 0, 0]],
    [0.25, [0.25, 0.25, 0.25, 0.25]],
    [0.5, [0, 0, 0.5, 0.5]],
    [1, [0, 0, 0.5, 0.5]],
  ])('after %s of the training', (progress, weights) => {
    expect(levelWeights(curriculum, levels, progress)).toEqual(weights);
  });

  it('always adds up to 1', () => {
    const some = fc.subarray(levels, { minLength: 1 });
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(some, some, share, fc.double({ min: 0, max: 1, noNaN: true }), (from, to, over, progress) => {
        const sum = levelWeights({ from, to, over }, levels, progress).reduce((total, weight) => total + weight, 0);
        expect(sum).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('drawLevels', () => {
  it('draws by the weights, the same for the same stream', () => {
    const draw = (progress: number, seed: number) =>
      drawLevels(curriculum, { levels, progress, count: 200 }, seed, 'x');
    expect(new Set(draw(0, 1))).toEqual(new Set([1, 2]));
    expect(new Set(draw(0.25, 1))).toEqual(new Set(levels));
    expect(new Set(draw(0.9, 1))).toEqual(new Set([3, 4]));
    expect(draw(0.3, 1)).toEqual(draw(0.3, 1));
    expect(draw(0.3, 1)).not.toEqual(draw(0.3, 2));
  });
});

describe('checkCurriculum', () => {
  it('refuses a level the suite lacks', () => {
    expect(() => checkCurriculum(curriculum, [1, 2, 3], 'tasks.0')).toThrow(/tasks.0: .* level 4/);
    expect(() => checkCurriculum(curriculum, levels, 'tasks.0')).not.toThrow();
  });
});
