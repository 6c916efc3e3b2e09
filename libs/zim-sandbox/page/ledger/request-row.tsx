import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../texts/language.js';
import { memo } from '../widgets/memo.js';
import { useCodeText } from '../widgets/use-code-text.js';
import { type Formats } from '../widgets/formats.js';
import { useFormats } from '../widgets/use-formats.js';
import { namedUsers } from './named-users.js';
import { OutcomeMark } from './outcome-mark.js';
import { repetitionOf, type Repetition } from './repetition.js';
import { ledgerTexts, type LedgerTexts } from './texts.js';

interface RequestRowProps {
  readonly entry: JournalEntry;
  readonly index: number;
  readonly height: number;
  readonly isChosen: boolean;
  readonly isStranger: boolean;
  readonly choose: (entry: JournalEntry) => void;
}

export function rowId({ id }: JournalEntry): string {
  return `request-${id}`;
}

/** A request in a line. */
export function RequestRow(props: RequestRowProps) {
  const { entry, index, height, isChosen, isStranger, choose } = props;
  return (
    <div
      role="row"
      id={rowId(entry)}
      class="ledger-row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      style={{ height: `${height}px`, transform: `translateY(${index * height}px)` }}
      onClick={() => {
        choose(entry);
      }}
    >
      <Cells entry={entry} isStranger={isStranger} />
    </div>
  );
}

const Cells = memo(function Cells({
  entry,
  isStranger,
}: Pick<RequestRowProps, 'entry' | 'isStranger'>) {
  const t = useTexts(ledgerTexts);
  const formats = useFormats();
  const { at, action, durationMs } = entry;
  const repetition = repetitionOf(entry);
  return (
    <>
      <span role="gridcell" class="ledger-time">
        <time dateTime={at}>{formats.timeOfDay(at)}</time>
      </span>
      <span role="gridcell" class="ledger-action" dir="auto">
        {action ?? <span class="muted">{t.noAction}</span>}
      </span>
      <span role="gridcell" class="ledger-code">
        <Code entry={entry} />
      </span>
      <span role="gridcell" class={`ledger-repetition ledger-repetition-${repetition.kind}`}>
        {repetitionText(repetition, t, formats)}
      </span>
      <span role="gridcell" class="ledger-duration">
        {formats.duration(durationMs)}
      </span>
      <span role="gridcell" class="ledger-users">
        {isStranger ? <Stranger appId={entry.appId} /> : <Users entry={entry} />}
      </span>
      <span role="gridcell" class="ledger-outcome">
        <OutcomeMark entry={entry} />
      </span>
    </>
  );
});

function repetitionText({ kind, count }: Repetition, t: LedgerTexts, { number }: Formats): string {
  switch (kind) {
    case 'none':
      return '–';
    case 'same-content':
      return t.sameContent(number(count));
    case 'overlaps':
      return t.overlaps(number(count));
    case 'reuses-nonce':
      return t.reusesNonce;
  }
}

function Code({ entry: { code } }: { readonly entry: JournalEntry }) {
  const t = useTexts(ledgerTexts);
  const textOf = useCodeText();
  if (code === undefined) return <span class="muted">{t.unseen}</span>;
  const text = textOf(code);
  return (
    <>
      <code>{code}</code> <span lang={text?.lang}>{text?.meaning ?? t.undocumented}</span>
    </>
  );
}

const shownUsers = 2;

function Users({ entry }: { readonly entry: JournalEntry }) {
  const t = useTexts(ledgerTexts);
  const { number } = useFormats();
  const { from, to } = namedUsers(entry);
  const more = to.length - shownUsers;
  return (
    <>
      {from === undefined ? undefined : <bdi>{from}</bdi>}
      {to.length === 0 ? undefined : ' → '}
      {to.slice(0, shownUsers).map((userId, index) => (
        <span key={index}>
          {index === 0 ? '' : ', '}
          <bdi>{userId}</bdi>
        </span>
      ))}
      {more > 0 ? ` ${t.more(number(more))}` : undefined}
    </>
  );
}

function Stranger({ appId }: { readonly appId: number | undefined }) {
  const t = useTexts(ledgerTexts);
  return (
    <span class="ledger-stranger">{appId === undefined ? t.nameless : t.stranger(appId)}</span>
  );
}
