import './ledger.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { noFilter } from './request-filter.js';
import { RequestDetail, type Opening } from './request-detail.js';
import { RequestGrid } from './request-grid.js';
import { ledgerTexts } from './texts.js';
import { Toolbar } from './toolbar.js';
import { useRequests } from './use-requests.js';

export function LedgerPanel() {
  // Not within an element: that would hold on to the first list drawn, and each request in it.
  return <Ledger appId={useAppId()} />;
}

function Ledger({ appId }: { readonly appId: number }) {
  const t = useTexts(ledgerTexts);
  const sandbox = useConsole((state) => state.sandbox);
  const [filter, setFilter] = useState(noFilter);
  const requests = useRequests(appId, filter);
  const [chosen, choose] = useState<JournalEntry>();
  const [opening, setOpening] = useState<Opening>();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // What was shown is not known to another sandbox, nor to one that was reset.
    choose(undefined);
    setOpening(undefined);
  }, [sandbox, requests.isCleared]);
  const close = (): void => {
    setOpening(undefined);
  };
  const isOpen = chosen !== undefined && opening !== undefined;
  return (
    <section id="ledger" class="panel" aria-labelledby="ledger-title">
      <h2 id="ledger-title">{t.title}</h2>
      <Toolbar requests={requests} filter={filter} setFilter={setFilter} />
      {requests.isCleared ? (
        <p class="ledger-cleared">
          {t.cleared}{' '}
          <button type="button" onClick={requests.unclear}>
            {t.showAgain}
          </button>
        </p>
      ) : undefined}
      <div class={isOpen ? 'ledger-body ledger-open' : 'ledger-body'} ref={list}>
        <RequestGrid
          appId={appId}
          rows={requests.rows}
          view={filter}
          chosen={chosen}
          choose={choose}
          open={(by) => {
            setOpening({ by });
          }}
          close={close}
        />
        {isOpen ? (
          <RequestDetail
            entry={chosen}
            opening={opening}
            close={() => {
              close();
              list.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
            }}
          />
        ) : undefined}
      </div>
      {requests.rows.length > 0 || requests.isCleared ? undefined : (
        <p class="muted">{requests.total === 0 ? t.none : t.nonePass}</p>
      )}
    </section>
  );
}
