import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { type Formats } from '../shared/formats.js';
import { useCodeText, useFormats } from '../shared/hooks.js';
import { memo } from '../shared/memo.js';
import { OutcomeLabel } from './outcome-label.js';
import { namedUsers, repetitionOf, type Repetition } from './request-summary.js';
import { requestsTexts, type RequestsTexts } from './texts.js';

interface RequestRowProps {
  readonly entry: JournalEntry;
  readonly index: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isOfUnknownApp: boolean;
  readonly select: (entry: JournalEntry) => void;
}

export function rowId({ id }: JournalEntry): string {
  return `request-${id}`;
}

export function RequestRow(props: RequestRowProps) {
  const { entry, index, height, isSelected, isOfUnknownApp, select } = props;
  return (
    <div
      role="row"
      id={rowId(entry)}
      class="request-row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ height: `${height}px`, transform: `translateY(${index * height}px)` }}
      onClick={() => {
        select(entry);
      }}
    >
      <Cells entry={entry} isOfUnknownApp={isOfUnknownApp} />
    </div>
  );
}

const Cells = memo(function Cells({
  entry,
  isOfUnknownApp,
}: Pick<RequestRowProps, 'entry' | 'isOfUnknownApp'>) {
  const t = useTexts(requestsTexts);
  const formats = useFormats();
  const { at, action, durationMs } = entry;
  const repetition = repetitionOf(entry);
  return (
    <>
      <span role="gridcell" class="request-time">
        <time dateTime={at}>{formats.timeOfDay(at)}</time>
      </span>
      <span role="gridcell" class="request-action" dir="auto">
        {action ?? <span class="muted">{t.noAction}</span>}
      </span>
      <span role="gridcell" class="request-code">
        <Code entry={entry} />
      </span>
      <span role="gridcell" class={`request-repetition request-repetition-${repetition.kind}`}>
        {repetitionText(repetition, t, formats)}
      </span>
      <span role="gridcell" class="request-duration">
        {formats.duration(durationMs)}
      </span>
      <span role="gridcell" class="request-users">
        {isOfUnknownApp ? <UnknownApp appId={entry.appId} /> : <Users entry={entry} />}
      </span>
      <span role="gridcell" class="request-outcome">
        <OutcomeLabel entry={entry} />
      </span>
    </>
  );
});

function repetitionText(
  { kind, count }: Repetition,
  t: RequestsTexts,
  { number }: Formats,
): string {
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
  const t = useTexts(requestsTexts);
  const codeText = useCodeText();
  if (code === undefined) return <span class="muted">{t.notProcessed}</span>;
  const text = codeText(code);
  return (
    <>
      <code>{code}</code> <span lang={text?.lang}>{text?.meaning ?? t.undocumented}</span>
    </>
  );
}

const maxShownUsers = 2;

function Users({ entry }: { readonly entry: JournalEntry }) {
  const t = useTexts(requestsTexts);
  const { number } = useFormats();
  const { from, to } = namedUsers(entry);
  const more = to.length - maxShownUsers;
  return (
    <>
      {from === undefined ? undefined : <bdi>{from}</bdi>}
      {to.length === 0 ? undefined : ' → '}
      {to.slice(0, maxShownUsers).map((userId, index) => (
        <span key={index}>
          {index === 0 ? '' : ', '}
          <bdi>{userId}</bdi>
        </span>
      ))}
      {more > 0 ? ` ${t.more(number(more))}` : undefined}
    </>
  );
}

function UnknownApp({ appId }: { readonly appId: number | undefined }) {
  const t = useTexts(requestsTexts);
  return (
    <span class="request-unknown-app">{appId === undefined ? t.noAppId : t.unknownApp(appId)}</span>
  );
}
