import './requests.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { RequestDetail, type Opening } from './request-detail.js';
import { noFilter } from './request-filter.js';
import { RequestGrid } from './request-grid.js';
import { requestsTexts } from './texts.js';
import { Toolbar } from './toolbar.js';
import { useRequests } from './use-requests.js';

export function RequestsPanel() {
  // The state is in a child: an element around it would keep the first list, and every request in it, in memory.
  return <RequestList appId={useAppId()} />;
}

function RequestList({ appId }: { readonly appId: number }) {
  const t = useTexts(requestsTexts);
  const sandbox = useConsole((state) => state.sandbox);
  const [filter, setFilter] = useState(noFilter);
  const requests = useRequests(appId, filter);
  const [selected, select] = useState<JournalEntry>();
  const [opening, setOpening] = useState<Opening>();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // After a restart, a reset or a clear, the request is no longer listed.
    select(undefined);
    setOpening(undefined);
  }, [sandbox, requests.isCleared]);
  const close = (): void => {
    setOpening(undefined);
  };
  const isOpen = selected !== undefined && opening !== undefined;
  return (
    <section id="requests" class="panel" aria-labelledby="requests-title">
      <h2 id="requests-title">{t.title}</h2>
      <Toolbar requests={requests} filter={filter} setFilter={setFilter} />
      {requests.isCleared ? (
        <p class="requests-cleared">
          {t.cleared}{' '}
          <button type="button" onClick={requests.showCleared}>
            {t.showAgain}
          </button>
        </p>
      ) : undefined}
      <div class={isOpen ? 'requests-body requests-open' : 'requests-body'} ref={list}>
        <RequestGrid
          appId={appId}
          rows={requests.rows}
          filter={filter}
          selected={selected}
          select={select}
          open={(by) => {
            setOpening({ by });
          }}
          close={close}
        />
        {isOpen ? (
          <RequestDetail
            entry={selected}
            opening={opening}
            close={() => {
              close();
              list.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
            }}
          />
        ) : undefined}
      </div>
      {requests.rows.length > 0 || requests.isCleared ? undefined : (
        <p class="muted">{requests.total === 0 ? t.none : t.noMatch}</p>
      )}
    </section>
  );
}
