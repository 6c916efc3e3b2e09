import { type RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { indexFrom } from './by-id.js';
import { rowId, RequestRow } from './request-row.js';
import { requestsTexts } from './texts.js';
import { useElementSize } from './use-element-size.js';
import { rowOfKey, rowsToRender, scrollToRow, type RowList } from './virtual-rows.js';

interface RequestGridProps {
  readonly appId: number;
  /** Oldest first. */
  readonly rows: readonly JournalEntry[];
  /** A change scrolls the list to its top. */
  readonly filter: unknown;
  readonly selected: JournalEntry | undefined;
  readonly select: (entry: JournalEntry) => void;
  readonly open: (by: 'key' | 'pointer') => void;
  readonly close: () => void;
}

interface Layout {
  /** The smallest width for this layout; all lengths in pixels, as in the style sheet. */
  readonly minWidth: number;
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly className: string;
}

/** A row has one line, or two or three on narrow screens. */
const layouts: readonly Layout[] = [
  { minWidth: 820, rowHeight: 32, headHeight: 32, className: 'requests-grid' },
  { minWidth: 540, rowHeight: 54, headHeight: 0, className: 'requests-grid requests-narrow' },
];
const smallestLayout: Layout = {
  minWidth: 0,
  rowHeight: 76,
  headHeight: 0,
  className: 'requests-grid requests-narrow requests-small',
};

/** Lists the requests, newest first; renders only the visible rows. */
export function RequestGrid(props: RequestGridProps) {
  const { appId, rows, filter, selected, select, open, close } = props;
  const t = useTexts(requestsTexts);
  const { number } = useFormats();
  const ref = useRef<HTMLDivElement>(null);
  const size = useElementSize(ref);
  const [scrollTop, setScrollTop] = useState(0);
  // While the user has scrolled down, newer requests are held back, so that the rows do not move.
  const [newestShownId, setNewestShownId] = useState<number>();
  const count = newestShownId === undefined ? rows.length : indexFrom(rows, newestShownId + 1);
  const layout = layouts.find(({ minWidth }) => size.width >= minWidth) ?? smallestLayout;
  const { rowHeight, headHeight } = layout;
  const list: RowList = { rowHeight, height: size.height - headHeight, count };
  const scrollTo = (top: number): void => {
    if (ref.current !== null) ref.current.scrollTop = top;
  };
  useScrollReset(filter, ref, setNewestShownId);

  const indexOf = (entry: JournalEntry): number => count - 1 - indexFrom(rows, entry.id);
  const { start, end } = rowsToRender(list, scrollTop);
  const rendered = rows.slice(count - end, count - start).reverse();
  const selectedIndex = selected === undefined ? -1 : indexOf(selected);
  const isListed = selected !== undefined && rows[count - 1 - selectedIndex] === selected;
  // `aria-activedescendant` needs the selected row in the document.
  if (isListed && selectedIndex >= 0 && (selectedIndex < start || selectedIndex >= end))
    rendered.push(selected);

  const press = (event: KeyboardEvent): void => {
    const from =
      selected === undefined ? undefined : Math.max(0, Math.min(selectedIndex, count - 1));
    const index = rowOfKey(list, event.key, from);
    const entry = index === undefined ? undefined : rows[count - 1 - index];
    if (index !== undefined && entry !== undefined) {
      select(entry);
      scrollTo(scrollToRow(list, ref.current?.scrollTop ?? 0, index));
    } else if ((event.key === 'Enter' || event.key === ' ') && isListed) open('key');
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };

  return (
    <div class="requests-list">
      <div
        ref={ref}
        role="grid"
        class={layout.className}
        aria-label={t.title}
        aria-rowcount={count + 1}
        aria-activedescendant={isListed && selectedIndex >= 0 ? rowId(selected) : undefined}
        tabIndex={0}
        onKeyDown={press}
        onScroll={({ currentTarget }) => {
          const top = currentTarget.scrollTop;
          setScrollTop(top);
          setNewestShownId(top <= 0 ? undefined : (newestShownId ?? rows.at(-1)?.id));
        }}
      >
        <Head />
        <div role="rowgroup" class="requests-rows" style={{ height: `${count * rowHeight}px` }}>
          {rendered.map((entry) => (
            <RequestRow
              key={entry.id}
              entry={entry}
              index={indexOf(entry)}
              height={rowHeight}
              isSelected={entry === selected}
              isOfUnknownApp={entry.appId !== appId}
              select={(row) => {
                select(row);
                open('pointer');
              }}
            />
          ))}
        </div>
      </div>
      {count < rows.length ? (
        <button
          type="button"
          class="primary requests-newer"
          onClick={() => {
            scrollTo(0);
          }}
        >
          <span aria-hidden="true">↑ </span>
          {t.newer(number(rows.length - count))}
        </button>
      ) : undefined}
    </div>
  );
}

/** Outside the component, because an effect keeps its whole scope in memory, and the grid's scope has the rows. */
function useScrollReset(
  filter: unknown,
  ref: RefObject<HTMLDivElement | null>,
  setNewestShownId: (id: number | undefined) => void,
): void {
  useLayoutEffect(() => {
    setNewestShownId(undefined);
    if (ref.current !== null) ref.current.scrollTop = 0;
  }, [filter, ref, setNewestShownId]);
}

function Head() {
  const { columns } = useTexts(requestsTexts);
  return (
    <div role="rowgroup" class="requests-head">
      <div role="row" class="request-row" aria-rowindex={1}>
        {Object.entries(columns).map(([name, text]) => (
          <span key={name} role="columnheader" class={`request-${name}`}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}
