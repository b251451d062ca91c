import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueLoss, valueStatistics } from './value-loss.js';

test('is half the squared error, the mean over decisions', () => {
  const targets = { actions: Int32Array.of(2, -1, 0), values: Float64Array.of(1, 9, 0) };
  const { valueGradient, ...errors } = valueLoss(Float32Array.of(0.5, 7, 0.25), targets, 2);
  const statistics = valueStatistics([errors])!;
  // (0.5² + 0.25²) / 2 / 2; errors −0.5 and 0.25 have the variance 0.375², the targets 0.5².
  expect(statistics.loss).toBeCloseTo(0.078125, 12);
  expect(statistics.explainedVariance).toBeCloseTo(1 - 0.375 ** 2 / 0.5 ** 2, 12);
  expect([...valueGradient]).toEqual([-0.5, 0, 0.25]);
});

test('parts of a batch are judged together', () => {
  const parts = [
    { errors: [0.1, -0.1], targets: [0, 0] },
    { errors: [0.1, -0.1], targets: [1, 1] },
  ];
  expect(valueStatistics(parts)!.explainedVariance).toBeCloseTo(1 - 0.01 / 0.25, 12);
  expect(valueStatistics([])).toBeNull();
});

test('has the gradient that finite differences give', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const row = fc.tuple(number, number, fc.integer({ min: -1, max: 2 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      fc.pre(rows.some(([, , action]) => action >= 0));
      const targets = {
        actions: Int32Array.from(rows, ([, , action]) => action),
        values: Float64Array.from(rows, ([, target]) => target),
      };
      const estimates = Float32Array.from(rows, ([estimate]) => estimate);
      const { valueGradient } = valueLoss(estimates, targets, 0.7);
      for (let index = 0; index < rows.length; index += 1) {
        const lossAt = (by: number) => {
          const moved = Float32Array.from(estimates);
          moved[index]! += by;
          return { loss: 0.7 * valueStatistics([valueLoss(moved, targets, 0.7)])!.loss, at: moved[index]! };
        };
        const [above, below] = [lossAt(2 ** -6), lossAt(-(2 ** -6))];
        expect(valueGradient[index]).toBeCloseTo((above.loss - below.loss) / (above.at - below.at), 4);
      }
    }),
  );
});
