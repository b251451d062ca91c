import type { WeightTensor } from './decoder-weights.js';

/** A linear layer's weight [out, in] as the right operand of a matrix product, [in, out]. */
export function linearColumns({ shape, data }: WeightTensor): WeightTensor {
  const [outputs = 0, inputs = 0] = shape;
  const columns = new Float32Array(data.length);
  for (let output = 0; output < outputs; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      columns[input * outputs + output] = data[output * inputs + input] ?? 0;
    }
  }
  return { shape: [inputs, outputs], data: columns };
}

export function scaleColumns(columns: WeightTensor, factor: number): WeightTensor {
  if (factor === 1) return columns;
  return { shape: columns.shape, data: columns.data.map((value) => value * factor) };
}

/**
 * Columns whose product is rotate_half of the original product: within each head (first half, second half) becomes
 * (−second half, first half), as Hugging Face's Llama has it.
 */
export function rotateHalfColumns({ shape, data }: WeightTensor, headSize: number): WeightTensor {
  const [, outputs = 0] = shape;
  const half = headSize / 2;
  const rotated = data.map((_, index) => {
    const isFirstHalf = (index % outputs) % headSize < half;
    return isFirstHalf ? -(data[index + half] ?? 0) : (data[index - half] ?? 0);
  });
  return { shape, data: rotated };
}

/** Puts matrices of equally many rows side by side. */
export function concatenateColumns(parts: readonly WeightTensor[]): WeightTensor {
  const rows = parts[0]?.shape[0] ?? 0;
  const width = parts.reduce((total, part) => total + (part.shape[1] ?? 0), 0);
  const data = new Float32Array(rows * width);
  let offset = 0;
  for (const part of parts) {
    const columns = part.shape[1] ?? 0;
    for (let row = 0; row < rows; row += 1) {
      data.set(part.data.subarray(row * columns, (row + 1) * columns), row * width + offset);
    }
    offset += columns;
  }
  return { shape: [rows, width], data };
}
