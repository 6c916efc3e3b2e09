import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../shared/contexts.js';
import { type CallCard } from './call-cards.js';
import { PhoneView } from './phone.js';
import { maxWithoutSearch, phonesPerPage, selectPhones, type Phone } from './phone-list.js';
import { phonesTexts } from './texts.js';

/** Shows the phones, with a search field and paging if there are many. */
export function PhoneGrid({
  phones,
  dismiss,
}: {
  readonly phones: readonly Phone[];
  readonly dismiss: (userId: string, card: CallCard) => void;
}) {
  const t = useTexts(phonesTexts);
  const [search, setSearch] = useState('');
  const [limit, setLimit] = useState(phonesPerPage);
  const list = useRef<HTMLUListElement>(null);
  const hasSearch = phones.length > maxWithoutSearch;
  const { shown, more } = selectPhones(phones, { search: hasSearch ? search : '', limit });
  useLayoutEffect(() => {
    // The pressed button has moved or is gone: focus the first phone that it added.
    if (limit > phonesPerPage)
      list.current?.children[limit - phonesPerPage]?.querySelector('h3')?.focus();
  }, [limit]);
  return (
    <>
      {hasSearch ? (
        <input
          class="phone-search"
          type="search"
          placeholder={t.search}
          aria-label={t.search}
          value={search}
          onInput={({ currentTarget }) => {
            setSearch(currentTarget.value);
          }}
        />
      ) : undefined}
      <ul class="phones" role="list" ref={list}>
        {shown.map((phone) => (
          <li key={phone.user.userId}>
            <PhoneView phone={phone} dismiss={dismiss} />
          </li>
        ))}
      </ul>
      {shown.length === 0 ? <p class="muted">{t.noMatch}</p> : undefined}
      {more === 0 ? undefined : (
        <button
          type="button"
          onClick={() => {
            setLimit(limit + phonesPerPage);
          }}
        >
          {t.showMore(more)}
        </button>
      )}
    </>
  );
}
