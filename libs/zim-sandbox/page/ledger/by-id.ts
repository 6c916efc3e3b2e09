/** What counts up. Lists of it are in that order. */
export interface Numbered {
  readonly id: number;
}

/** The index of the first with this id or a higher one; the length of the list if there is none. */
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

/** Two lists as one. */
export function mergeById<One extends Numbered>(
  a: readonly One[],
  b: readonly One[],
): readonly One[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const result: One[] = [];
  let next = 0;
  for (const one of a) {
    for (let other = b[next]; other !== undefined && other.id < one.id; other = b[++next])
      result.push(other);
    result.push(one);
  }
  for (; next < b.length; next++) {
    const other = b[next];
    if (other !== undefined) result.push(other);
  }
  return result;
}
