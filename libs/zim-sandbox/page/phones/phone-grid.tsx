import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useTexts } from '../texts/language.js';
import { type CallCard } from './call-cards.js';
import { choosePhones, mostWithoutSearch, phonesAtOnce, type Phone } from './phone-choice.js';
import { PhoneView } from './phone.js';
import { phonesTexts } from './texts.js';

/** The phones side by side, or as many as one can look at. */
export function PhoneGrid({
  phones,
  dismiss,
}: {
  readonly phones: readonly Phone[];
  readonly dismiss: (userId: string, card: CallCard) => void;
}) {
  const t = useTexts(phonesTexts);
  const [typed, setSearch] = useState('');
  const [limit, setLimit] = useState(phonesAtOnce);
  const list = useRef<HTMLUListElement>(null);
  const hasSearch = phones.length > mostWithoutSearch;
  const { shown, more } = choosePhones(phones, { search: hasSearch ? typed : '', limit });
  useLayoutEffect(() => {
    // The button that was pressed has moved on or gone: who uses the keyboard goes on at what it brought.
    if (limit > phonesAtOnce)
      list.current?.children[limit - phonesAtOnce]?.querySelector('h3')?.focus();
  }, [limit]);
  return (
    <>
      {hasSearch ? (
        <input
          class="phone-search"
          type="search"
          placeholder={t.search}
          aria-label={t.search}
          value={typed}
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
            setLimit(limit + phonesAtOnce);
          }}
        >
          {t.showMore(more)}
        </button>
      )}
    </>
  );
}
