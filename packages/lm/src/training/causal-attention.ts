import * as tf from '@tensorflow/tfjs-core';

import { MASKED } from '../graph-layout.js';
import type { Matrix, Operation } from './tape.js';

export interface AttentionShape {
  /** Of the documents whose rows lie one after another. */
  readonly lengths: readonly number[];
  readonly heads: number;
  /** Each serves as many query heads, next to one another (Ainslie et al. 2023). */
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/**
 * Causal attention within each document, of queries [rows, heads · head size] and keys and values [rows, key-value heads · head size].
 * Every head of every document is computed by itself: nothing is padded, and its matrix products are plain ones, which on the wasm
 * backend are about ten times as fast as a batch of them.
 */
export function causalAttention({
  lengths,
  heads,
  keyValueHeads,
  headSize,
}: AttentionShape): Operation<[Matrix, Matrix, Matrix]> {
  const scale = 1 / Math.sqrt(headSize);
  const group = heads / keyValueHeads;
  return {
    forward: (queries, keys, values) => {
      const scaled = tf.mul<Matrix>(queries, scale);
      const keep: Matrix[] = [];
      const outputs = documentsOf(lengths).map(({ start, length }) => {
        const part = (rows: Matrix, head: number): Matrix =>
          tf.slice(rows, [start, head * headSize], [length, headSize]);
        const mask = causalMask(length);
        const mixed: Matrix[] = [];
        for (let served = 0; served < keyValueHeads; served += 1) {
          const [key, value] = [part(keys, served), part(values, served)];
          const turned = tf.transpose(key);
          keep.push(key, value);
          for (let head = served * group; head < (served + 1) * group; head += 1) {
            const query = part(scaled, head);
            const shares = tf.softmax(tf.add<Matrix>(tf.matMul(query, turned), mask));
            keep.push(query, shares);
            mixed.push(tf.matMul(shares, value));
          }
        }
        return tf.concat(mixed, 1);
      });
      return { value: tf.concat(outputs, 0), keep };
    },
    backward: (gradient, kept) => {
      const ordered = kept[Symbol.iterator]();
      const next = (): Matrix => ordered.next().value as Matrix;
      const gradients = documentsOf(lengths).map(({ start, length }) => {
        const document: [Matrix[], Matrix[], Matrix[]] = [[], [], []];
        for (let served = 0; served < keyValueHeads; served += 1) {
          const [key, value] = [next(), next()];
          const turned = tf.transpose(value);
          const [keyParts, valueParts]: [Matrix[], Matrix[]] = [[], []];
          for (let head = served * group; head < (served + 1) * group; head += 1) {
            const [query, shares] = [next(), next()];
            const outer = tf.slice(gradient, [start, head * headSize], [length, headSize]);
            const shareGradient = tf.matMul(outer, turned);
            const weighted = tf.sum(tf.mul(shareGradient, shares), 1, true);
            const scoreGradient = tf.mul<Matrix>(shares, tf.sub(shareGradient, weighted));
            document[0].push(tf.matMul(scoreGradient, key));
            keyParts.push(tf.matMul(tf.transpose(scoreGradient), query));
            valueParts.push(tf.matMul(tf.transpose(shares), outer));
          }
          document[1].push(sumOf(keyParts));
          document[2].push(sumOf(valueParts));
        }
        return document.map((parts) => tf.concat(parts, 1));
      });
      const [queries, keys, values] = [0, 1, 2].map((index) =>
        tf.concat(gradients.map((parts) => parts[index] as Matrix)),
      );
      return [tf.mul(queries as Matrix, scale), keys as Matrix, values as Matrix];
    },
  };
}

/** Without a copy where there is but one. */
function sumOf(parts: readonly Matrix[]): Matrix {
  return parts.length === 1 ? (parts[0] as Matrix) : tf.addN([...parts]);
}

function documentsOf(lengths: readonly number[]): { start: number; length: number }[] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return { start: start - length, length };
  });
}

function causalMask(length: number): Matrix {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row += 1) mask.fill(MASKED, row * length + row + 1, (row + 1) * length);
  return tf.tensor2d(mask, [length, length]);
}
