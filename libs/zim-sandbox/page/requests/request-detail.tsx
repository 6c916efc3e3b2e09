import './request-detail.css';
import { useEffect, useRef } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { JsonView } from '../shared/json-view.js';
import { OutcomeLabel } from './outcome-label.js';
import { RequestDiagnosis } from './request-diagnosis.js';
import { RequestFacts } from './request-facts.js';
import { requestsTexts } from './texts.js';

/** How a request was opened; each opening is a new object. */
export interface Opening {
  readonly by: 'key' | 'pointer';
}

interface RequestDetailProps {
  readonly entry: JournalEntry;
  readonly opening: Opening;
  readonly close: () => void;
}

/** Shows one request, first what was wrong with it. */
export function RequestDetail({ entry, opening, close }: RequestDetailProps) {
  const t = useTexts(requestsTexts);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    // Keyboard users continue here; for pointer users it is enough that the detail is visible.
    if (opening.by === 'key') ref.current?.focus();
    else ref.current?.scrollIntoView({ block: 'nearest' });
  }, [opening]);
  useEffect(() => {
    ref.current?.scrollTo({ top: 0 });
  }, [entry]);
  return (
    <section
      ref={ref}
      class="request-detail"
      aria-label={t.detail.title}
      tabIndex={0}
      onKeyDown={({ key }) => {
        if (key === 'Escape') close();
      }}
    >
      <header class="request-detail-head">
        <h3 dir="auto">{entry.action ?? t.noAction}</h3>
        <OutcomeLabel entry={entry} />
        <button type="button" onClick={close}>
          {t.detail.close}
        </button>
      </header>
      <RequestDiagnosis entry={entry} />
      <RequestFacts entry={entry} />
      <RequestParts entry={entry} />
    </section>
  );
}

function RequestParts({ entry }: { readonly entry: JournalEntry }) {
  const { detail: t } = useTexts(requestsTexts);
  const { method, path, query, body, reply, fault } = entry;
  return (
    <>
      <h4>{t.request}</h4>
      <p class="mono">
        {method} {path}
      </p>
      <table class="request-query">
        <caption>{t.query}</caption>
        <tbody>
          {Object.entries(query).map(([name, value]) => (
            <tr key={name}>
              <th scope="row" dir="auto">
                {name}
              </th>
              <td dir="auto">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {body === undefined ? (
        <p class="muted">{t.noBody}</p>
      ) : (
        <>
          <h4>{t.body}</h4>
          <JsonView name={t.body} value={body} />
        </>
      )}
      <h4>{fault === undefined || reply === undefined ? t.reply : t.replyBefore}</h4>
      {reply === undefined ? (
        <p class="muted">{t.noReply}</p>
      ) : (
        <JsonView name={t.reply} value={reply} />
      )}
    </>
  );
}
