/** Where a function that grows within [0, 1] from below 0 crosses it, by bisection to the last bit or so. */
export function crossing(grows: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (grows(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
