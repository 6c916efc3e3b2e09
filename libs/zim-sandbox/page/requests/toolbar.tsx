import './toolbar.css';
import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { sandboxActions } from '../shared/sandbox-actions.js';
import { downloadRequests } from './download.js';
import { outcomes } from './outcome.js';
import { otherAction, type RequestFilter } from './request-filter.js';
import { requestsTexts } from './texts.js';
import { useDebounced } from './use-debounced.js';
import { type Requests } from './use-requests.js';

interface ToolbarProps {
  readonly requests: Requests;
  readonly filter: RequestFilter;
  readonly setFilter: (filter: RequestFilter) => void;
}

export function Toolbar({ requests, filter, setFilter }: ToolbarProps) {
  const t = useTexts(requestsTexts);
  const { number } = useFormats();
  return (
    <div class="requests-toolbar">
      <label class="requests-search">
        {t.filter}
        <input
          type="search"
          value={filter.text}
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            setFilter({ ...filter, text: currentTarget.value });
          }}
        />
      </label>
      <label>
        {t.action}
        <select
          value={filter.action ?? ''}
          onChange={({ currentTarget: { value } }) => {
            setFilter({ ...filter, action: value === '' ? undefined : value });
          }}
        >
          <option value="">{t.allActions}</option>
          {sandboxActions.map((action) => (
            <option key={action} value={action}>
              {action}
            </option>
          ))}
          <option value={otherAction}>{t.otherActions}</option>
        </select>
      </label>
      <label>
        {t.outcome}
        <select
          value={filter.outcome ?? ''}
          onChange={({ currentTarget: { value } }) => {
            setFilter({ ...filter, outcome: outcomes.find((outcome) => outcome === value) });
          }}
        >
          <option value="">{t.allOutcomes}</option>
          {outcomes.map((outcome) => (
            <option key={outcome} value={outcome}>
              {t.outcomes[outcome]}
            </option>
          ))}
        </select>
      </label>
      <Count shown={requests.rows.length} total={requests.total} />
      <div class="requests-buttons">
        {requests.isPaused ? (
          <span class="requests-new">{t.newRequests(number(requests.newCount))}</span>
        ) : (
          ''
        )}
        <button type="button" onClick={requests.isPaused ? requests.resume : requests.pause}>
          {requests.isPaused ? t.resume : t.pause}
        </button>
        <button type="button" onClick={requests.clear}>
          {t.clear}
        </button>
        <button
          type="button"
          onClick={() => {
            void downloadRequests(requests.collect());
          }}
        >
          {t.export}
        </button>
      </div>
    </div>
  );
}

function Count({ shown, total }: { readonly shown: number; readonly total: number }) {
  const t = useTexts(requestsTexts);
  const { number } = useFormats();
  const count = t.count(number(shown), number(total));
  const debouncedCount = useDebounced(count);
  return (
    <>
      <p class="muted requests-count" aria-hidden="true">
        {count}
      </p>
      <p class="visually-hidden" role="status">
        {debouncedCount}
      </p>
    </>
  );
}
