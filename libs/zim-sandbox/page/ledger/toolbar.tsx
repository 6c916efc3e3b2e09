import { useTexts } from '../texts/language.js';
import { actions } from '../widgets/actions.js';
import { useFormats } from '../widgets/use-formats.js';
import { downloadRequests } from './download.js';
import { outcomes } from './outcome.js';
import { otherAction, type RequestFilter } from './request-filter.js';
import { ledgerTexts } from './texts.js';
import { type Requests } from './use-requests.js';
import { useSettled } from './use-settled.js';

interface ToolbarProps {
  readonly requests: Requests;
  readonly filter: RequestFilter;
  readonly setFilter: (filter: RequestFilter) => void;
}

/** What is shown, and what may be done with it. */
export function Toolbar({ requests, filter, setFilter }: ToolbarProps) {
  const t = useTexts(ledgerTexts);
  const { number } = useFormats();
  return (
    <div class="ledger-toolbar">
      <label class="ledger-text">
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
          {actions.map((action) => (
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
      <div class="ledger-buttons">
        {requests.isPaused ? <span class="ledger-news">{t.news(number(requests.news))}</span> : ''}
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
  const t = useTexts(ledgerTexts);
  const { number } = useFormats();
  const count = t.count(number(shown), number(total));
  const settled = useSettled(count);
  return (
    <>
      <p class="muted ledger-count" aria-hidden="true">
        {count}
      </p>
      <p class="visually-hidden" role="status">
        {settled}
      </p>
    </>
  );
}
