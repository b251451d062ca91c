/** Adds each row to that of its token: the gradient of a look-up, which fails on the wasm backend. */
export function addRows(sums: Float32Array, tokens: Int32Array, rows: Float32Array): void {
  const width = rows.length / tokens.length;
  tokens.forEach((token, row) => {
    for (let index = 0; index < width; index += 1) {
      sums[token * width + index] = (sums[token * width + index] as number) + (rows[row * width + index] as number);
    }
  });
}
