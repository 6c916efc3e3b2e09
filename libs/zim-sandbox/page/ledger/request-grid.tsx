import { type RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../texts/language.js';
import { useFormats } from '../widgets/use-formats.js';
import { indexFrom } from './by-id.js';
import { rowId, RequestRow } from './request-row.js';
import { rowOfKey, rowsInSight, scrollToRow, type RowSpace } from './row-window.js';
import { ledgerTexts } from './texts.js';
import { useBox } from './use-box.js';

interface RequestGridProps {
  readonly appId: number;
  /** Oldest first. */
  readonly rows: readonly JournalEntry[];
  /** Where it is another, the list is read from its top. */
  readonly view: unknown;
  readonly chosen: JournalEntry | undefined;
  readonly choose: (entry: JournalEntry) => void;
  readonly open: (by: 'key' | 'pointer') => void;
  readonly close: () => void;
}

interface Layout {
  /** From this width on; all in pixels, and as in the style sheet. */
  readonly minWidth: number;
  readonly rowHeight: number;
  readonly headHeight: number;
  readonly className: string;
}

/** A row has one line, or more where there is not the room. */
const layouts: readonly Layout[] = [
  { minWidth: 820, rowHeight: 32, headHeight: 32, className: 'ledger-grid' },
  { minWidth: 540, rowHeight: 54, headHeight: 0, className: 'ledger-grid ledger-narrow' },
];
const smallest: Layout = {
  minWidth: 0,
  rowHeight: 76,
  headHeight: 0,
  className: 'ledger-grid ledger-narrow ledger-small',
};

/** The list of requests, newest first; of thousands, it draws those in sight. */
export function RequestGrid(props: RequestGridProps) {
  const { appId, rows, view, chosen, choose, open, close } = props;
  const t = useTexts(ledgerTexts);
  const { number } = useFormats();
  const ref = useRef<HTMLDivElement>(null);
  const box = useBox(ref);
  const [scrollTop, setScrollTop] = useState(0);
  // Who has scrolled down reads: what is newer waits above, so that nothing moves.
  const [heldId, hold] = useState<number>();
  const count = heldId === undefined ? rows.length : indexFrom(rows, heldId + 1);
  const layout = layouts.find(({ minWidth }) => box.width >= minWidth) ?? smallest;
  const { rowHeight, headHeight } = layout;
  const space: RowSpace = { rowHeight, height: box.height - headHeight, count };
  const scrollTo = (top: number): void => {
    if (ref.current !== null) ref.current.scrollTop = top;
  };
  useTopOf(view, ref, hold);

  const indexOf = (entry: JournalEntry): number => count - 1 - indexFrom(rows, entry.id);
  const { start, end } = rowsInSight(space, scrollTop);
  const drawn = rows.slice(count - end, count - start).reverse();
  const chosenIndex = chosen === undefined ? -1 : indexOf(chosen);
  const isListed = chosen !== undefined && rows[count - 1 - chosenIndex] === chosen;
  // The active row has to be there, wherever one has scrolled to.
  if (isListed && chosenIndex >= 0 && (chosenIndex < start || chosenIndex >= end))
    drawn.push(chosen);

  const press = (event: KeyboardEvent): void => {
    const from = chosen === undefined ? undefined : Math.max(0, Math.min(chosenIndex, count - 1));
    const index = rowOfKey(space, event.key, from);
    const entry = index === undefined ? undefined : rows[count - 1 - index];
    if (index !== undefined && entry !== undefined) {
      choose(entry);
      scrollTo(scrollToRow(space, ref.current?.scrollTop ?? 0, index));
    } else if ((event.key === 'Enter' || event.key === ' ') && isListed) open('key');
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };

  return (
    <div class="ledger-list">
      <div
        ref={ref}
        role="grid"
        class={layout.className}
        aria-label={t.title}
        aria-rowcount={count + 1}
        aria-activedescendant={isListed && chosenIndex >= 0 ? rowId(chosen) : undefined}
        tabIndex={0}
        onKeyDown={press}
        onScroll={({ currentTarget }) => {
          const top = currentTarget.scrollTop;
          setScrollTop(top);
          hold(top <= 0 ? undefined : (heldId ?? rows.at(-1)?.id));
        }}
      >
        <Head />
        <div role="rowgroup" class="ledger-rows" style={{ height: `${count * rowHeight}px` }}>
          {drawn.map((entry) => (
            <RequestRow
              key={entry.id}
              entry={entry}
              index={indexOf(entry)}
              height={rowHeight}
              isChosen={entry === chosen}
              isStranger={entry.appId !== appId}
              choose={(one) => {
                choose(one);
                open('pointer');
              }}
            />
          ))}
        </div>
      </div>
      {count < rows.length ? (
        <button
          type="button"
          class="primary ledger-newer"
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

/** Apart from the grid: an effect holds on to all that was in its sight when it was made, such as the rows. */
function useTopOf(
  view: unknown,
  ref: RefObject<HTMLDivElement | null>,
  hold: (id: number | undefined) => void,
): void {
  useLayoutEffect(() => {
    hold(undefined);
    if (ref.current !== null) ref.current.scrollTop = 0;
  }, [view, ref, hold]);
}

function Head() {
  const { columns } = useTexts(ledgerTexts);
  return (
    <div role="rowgroup" class="ledger-head">
      <div role="row" class="ledger-row" aria-rowindex={1}>
        {Object.entries(columns).map(([name, text]) => (
          <span key={name} role="columnheader" class={`ledger-${name}`}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}
