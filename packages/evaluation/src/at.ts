/** The item at `index`. @throws RangeError when there is none, where plain indexing would go on with `undefined`. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no item number ${index}, only ${items.length}`);
  return item;
}
