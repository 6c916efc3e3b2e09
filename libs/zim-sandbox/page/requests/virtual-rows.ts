/** A list of rows of equal height, of which only the visible ones are rendered. Lengths are in pixels. */
export interface RowList {
  readonly rowHeight: number;
  /** Height of the visible part. */
  readonly height: number;
  readonly count: number;
}

/** Rows rendered beyond either edge, for fast scrolling. */
const extraRows = 6;

/** Returns which rows to render: from `start` up to, but not including, `end`. */
export function rowsToRender(
  { rowHeight, height, count }: RowList,
  scrollTop: number,
): { start: number; end: number } {
  // Elastic scrolling can go beyond either end.
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - height));
  return {
    start: Math.max(0, Math.floor(top / rowHeight) - extraRows),
    end: Math.min(count, Math.ceil((top + height) / rowHeight) + extraRows),
  };
}

/** Returns the scroll position nearest to the current one that makes a row fully visible. */
export function scrollToRow(
  { rowHeight, height }: RowList,
  scrollTop: number,
  index: number,
): number {
  const top = index * rowHeight;
  return Math.max(Math.min(scrollTop, top), top + rowHeight - height);
}

/** Returns the row that a navigation key selects, from before the first row if none is selected; `undefined` for other keys. */
export function rowOfKey(
  { rowHeight, height, count }: RowList,
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
