import './phones.css';
import './calls.css';
import './call-parts.css';
import './ringing.css';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { AddUser } from './add-user.js';
import { CallAnnouncer } from './call-announcer.js';
import { cardsByUser, keyOf, type CallCard } from './call-cards.js';
import { PhoneGrid } from './phone-grid.js';
import { isRinging, phonesOf, type Phone } from './phone-list.js';
import { startRinging } from './ringtone.js';
import { phonesTexts } from './texts.js';
import { useRestoredFocus } from './use-restored-focus.js';

/** Shows a phone for each user of the app. */
export function PhonesPanel({ isSoundOn }: { readonly isSoundOn: boolean }) {
  const t = useTexts(phonesTexts);
  const appId = useAppId();
  const isConnected = useConsole((state) => state.sandbox !== undefined);
  const [phones, dismiss] = usePhones(appId);
  const isAnyRinging = phones.some(isRinging);
  const panel = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useRestoredFocus(panel, title);
  useLayoutEffect(
    () => (isSoundOn && isAnyRinging ? startRinging() : undefined),
    [isSoundOn, isAnyRinging],
  );
  return (
    <section id="phones" class="panel" aria-labelledby="phones-title" ref={panel}>
      <h2 id="phones-title" ref={title} tabIndex={-1}>
        {t.title}
      </h2>
      <CallAnnouncer />
      {isConnected ? (
        <>
          {phones.length === 0 ? (
            <NoPhones />
          ) : (
            <PhoneGrid key={appId} phones={phones} dismiss={dismiss} />
          )}
          <AddUser />
        </>
      ) : (
        <p class="muted">{t.connecting}</p>
      )}
    </section>
  );
}

function NoPhones() {
  const t = useTexts(phonesTexts);
  return (
    <div class="no-phones">
      <h3>{t.empty.title}</h3>
      <p>{t.empty.text}</p>
      <ul>
        <li>{t.empty.form}</li>
        <li>
          {t.empty.start} <code>zim-sandbox --users alice,bob</code>
        </li>
        <li>{t.empty.register}</li>
      </ul>
    </div>
  );
}

/** Returns the phones of the app and how to dismiss an ended call. */
function usePhones(appId: number): [readonly Phone[], (userId: string, card: CallCard) => void] {
  const users = useConsole((state) => state.users);
  const calls = useConsole((state) => state.calls);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set<string>());
  const dismiss = useCallback((userId: string, card: CallCard) => {
    setDismissed((before) => new Set(before).add(dismissalKey(userId, card)));
  }, []);
  const owners = useMemo(() => users.filter((user) => user.appId === appId), [users, appId]);
  const cards = useMemo(() => cardsByUser(calls, appId), [calls, appId]);
  const phones = useMemo(
    () => phonesOf(owners, cards, (userId, card) => dismissed.has(dismissalKey(userId, card))),
    [owners, cards, dismissed],
  );
  return [phones, dismiss];
}

function dismissalKey(userId: string, card: CallCard): string {
  return `${keyOf(card)} ${userId}`;
}
