/** An item with an increasing id. Lists are sorted by it. */
export interface Numbered {
  readonly id: number;
}

/** Returns the index of the first item with this id or a higher one, or the length of the list. */
export function indexFrom(list: readonly Numbered[], id: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.id ?? Infinity) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Merges two sorted lists. */
export function mergeById<Item extends Numbered>(
  a: readonly Item[],
  b: readonly Item[],
): readonly Item[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const result: Item[] = [];
  let next = 0;
  for (const item of a) {
    for (let other = b[next]; other !== undefined && other.id < item.id; other = b[++next])
      result.push(other);
    result.push(item);
  }
  for (; next < b.length; next++) {
    const other = b[next];
    if (other !== undefined) result.push(other);
  }
  return result;
}
