/** Rows of one height, of which only those in sight are drawn. All lengths in pixels. */
export interface RowSpace {
  readonly rowHeight: number;
  /** Of the part that shows rows. */
  readonly height: number;
  readonly count: number;
}

/** Beyond either edge, so that a fast scroll does not outrun the drawing at once. */
const spareRows = 6;

/** Which rows to draw: from `start` up to, but not with, `end`. */
export function rowsInSight(
  { rowHeight, height, count }: RowSpace,
  scrollTop: number,
): { start: number; end: number } {
  // A browser that bounces shows what is beyond the ends.
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  return {
    start: Math.max(0, Math.floor(top / rowHeight) - spareRows),
    end: Math.min(count, Math.ceil((top + height) / rowHeight) + spareRows),
  };
}

/** Where to scroll so that a row is in sight as a whole: no further than needed. */
export function scrollToRow(
  { rowHeight, height }: RowSpace,
  scrollTop: number,
  index: number,
): number {
  const top = index * rowHeight;
  return Math.max(Math.min(scrollTop, top), top + rowHeight - height);
}

/** The row a key leads to, or `undefined` for a key that leads nowhere; from no row at all, to the first. */
export function rowOfKey(
  { rowHeight, height, count }: RowSpace,
  key: string,
  from: number | undefined,
): number | undefined {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  if (step === undefined || count === 0) return undefined;
  const start = from ?? (step > 0 ? -1 : 0);
  return Math.max(0, Math.min(count - 1, start + step));
}
