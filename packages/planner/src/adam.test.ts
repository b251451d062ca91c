import { expect, it } from 'vitest';
import { Adam } from './adam.js';
import { parameterNames, zeroParameters } from './gru-parameters.js';

const shape = { buckets: 2, embedding: 1, hidden: 1, actions: 1, value: false };

it('takes the steps that the algorithm prescribes', () => {
  const parameters = zeroParameters(shape);
  const gradient = zeroParameters(shape);
  gradient['output.bias'].values[0] = 0.5;
  const adam = new Adam(gradient);
  const settings = { learningRate: 0.1, maxGradientNorm: 1 };
  const { norm, isFinite } = adam.step(parameters, gradient, settings);
  expect(norm).toBeCloseTo(0.5, 12);
  expect(isFinite).toBe(true);
  // The first step is the learning rate itself, whatever the gradient.
  expect(parameters['output.bias'].values[0]).toBeCloseTo(-0.1, 6);
  gradient['output.bias'].values[0] = -0.25;
  adam.step(parameters, gradient, settings);
  const mean = (0.9 * 0.1 * 0.5 - 0.1 * 0.25) / (1 - 0.81);
  const square = (0.999 * 0.001 * 0.25 + 0.001 * 0.0625) / (1 - 0.999 ** 2);
  expect(parameters['output.bias'].values[0]).toBeCloseTo(-0.1 - (0.1 * mean) / Math.sqrt(square), 5);
  expect(parameters['bag.weight'].values[0]).toBe(0);
});

it('has the moments and the decay of matrices that it is told', () => {
  const parameters = zeroParameters(shape);
  parameters['output.bias'].values[0] = 1;
  parameters['output.weight'].values[0] = 1;
  const gradient = zeroParameters(shape);
  gradient['output.bias'].values[0] = 0.5;
  const adam = new Adam(gradient);
  const settings = { learningRate: 0.1, beta1: 0.5, beta2: 0.6, weightDecay: 2 };
  adam.step(parameters, gradient, settings);
  expect(adam.means['output.bias']!.values[0]).toBeCloseTo(0.25, 6);
  expect(adam.squares['output.bias']!.values[0]).toBeCloseTo(0.1, 6);
  expect(parameters['output.weight'].values[0]).toBeCloseTo(0.8, 6);
  expect(parameters['output.bias'].values[0]).toBeCloseTo(0.9, 6);
});

it('shortens a long gradient over all weights together', () => {
  const gradient = zeroParameters(shape);
  for (const name of parameterNames) gradient[name].values.fill(3);
  const count = parameterNames.reduce((sum, name) => sum + gradient[name].values.length, 0);
  const adam = new Adam(gradient);
  const { norm } = adam.step(zeroParameters(shape), gradient, { learningRate: 0.1, maxGradientNorm: 1 });
  expect(norm).toBeCloseTo(3 * Math.sqrt(count), 6);
  expect(adam.means['norm.bias']!.values[0]).toBeCloseTo(0.1 / Math.sqrt(count), 6);
});

it.each([
  ['a weight', { learningRate: 1e40 }, 0.5],
  ['a moment', { learningRate: 1e-3, maxGradientNorm: 1e30 }, 1e25],
])('tells when %s is no finite number after a step', (_, settings, slope) => {
  const gradient = zeroParameters(shape);
  const adam = new Adam(gradient);
  gradient['output.bias'].values[0] = slope;
  expect(adam.step(zeroParameters(shape), gradient, settings).isFinite).toBe(false);
});
