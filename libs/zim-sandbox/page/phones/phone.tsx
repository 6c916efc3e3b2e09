import { useId, useRef } from 'preact/hooks';
import { useTexts } from '../shared/contexts.js';
import { Avatar } from './avatar.js';
import { keyOf, type CallCard } from './call-cards.js';
import { EndedCall } from './ended-call.js';
import { Icon } from './icon.js';
import { isRinging, type Phone } from './phone-list.js';
import { RunningCalls } from './running-calls.js';
import { phonesTexts } from './texts.js';
import {
  useDeviceActions,
  type DeviceAction,
  type SendDeviceAction,
} from './use-device-actions.js';
import { useRestoredFocus } from './use-restored-focus.js';

export function PhoneView({
  phone,
  dismiss,
}: {
  readonly phone: Phone;
  readonly dismiss: (userId: string, card: CallCard) => void;
}) {
  const t = useTexts(phonesTexts);
  const { user, cards } = phone;
  const { running, ended } = cards;
  const [act, failure, clearFailure] = useDeviceActions(user.appId, user.userId);
  const titleId = useId();
  const article = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useRestoredFocus(article, title);
  return (
    <article
      ref={article}
      class={`phone phone-${user.presence}${isRinging(phone) ? ' phone-ringing' : ''}`}
      aria-labelledby={titleId}
    >
      <header class="phone-owner">
        <Avatar user={user} />
        <div>
          <h3 id={titleId} ref={title} class="phone-id" tabIndex={-1}>
            {user.userId}
          </h3>
          {user.userName ? (
            <p class="phone-name muted" dir="auto">
              {user.userName}
            </p>
          ) : undefined}
          <p class={`presence presence-${user.presence}`}>{t.presences[user.presence]}</p>
        </div>
      </header>
      <div class="screen">
        <RunningCalls cards={running} user={user} act={act} />
        {ended === undefined ? undefined : (
          <EndedCall
            key={`ended ${keyOf(ended)}`}
            card={ended}
            dismiss={() => {
              dismiss(user.userId, ended);
            }}
          />
        )}
        {running.length === 0 && ended === undefined ? (
          <p class="screen-empty muted">
            <Icon name="phone" />
            {t.noCall}
          </p>
        ) : undefined}
      </div>
      {failure === undefined ? undefined : (
        <div class="phone-failure">
          <p class="error" role="alert">
            {failure.error ?? t.unreachable}
          </p>
          <button type="button" class="quiet" onClick={clearFailure}>
            {t.dismiss}
          </button>
        </div>
      )}
      <PresenceButtons isOnline={user.presence === 'online'} act={act} />
    </article>
  );
}

function PresenceButtons({
  isOnline,
  act,
}: {
  readonly isOnline: boolean;
  readonly act: SendDeviceAction;
}) {
  const t = useTexts(phonesTexts);
  const actions: readonly DeviceAction[] = isOnline ? ['logout', 'disconnect'] : ['login'];
  return (
    <div class="phone-buttons">
      {actions.map((action) => (
        <button
          key={action}
          type="button"
          onClick={() => {
            act(action);
          }}
        >
          {t[action]}
        </button>
      ))}
    </div>
  );
}
