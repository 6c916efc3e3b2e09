import { type ConsoleUser } from '../../src/console/console-events.js';
import { useTexts } from '../shared/contexts.js';
import { stateOf, type OutgoingCard } from './call-cards.js';
import { CalleeList } from './callee-list.js';
import { CountdownBar } from './countdown-view.js';
import { Icon } from './icon.js';
import { phonesTexts } from './texts.js';
import { type SendDeviceAction } from './use-device-actions.js';

/** A running call that this user placed. */
export function OutgoingCall({
  card,
  user,
  act,
}: {
  readonly card: OutgoingCard;
  readonly user: ConsoleUser;
  readonly act: SendDeviceAction;
}) {
  const t = useTexts(phonesTexts);
  const { call } = card;
  const isOnline = user.presence === 'online';
  const isAccepted = call.callees.some(({ state }) => state === 'accepted');
  return (
    <div class="call call-outgoing" data-state={stateOf(card)}>
      <h4 class="call-title">{t.callTo(call.callees.map(({ userId }) => userId))}</h4>
      <CountdownBar call={call} />
      <CalleeList call={call} />
      {isAccepted ? <p class="call-note muted">{t.isAccepted}</p> : undefined}
      {isAccepted || isOnline ? undefined : <p class="call-note">{t.callerNotOnline}</p>}
      {isAccepted ? undefined : (
        <button
          type="button"
          class="bad"
          disabled={!isOnline}
          onClick={() => {
            act('cancel', call.callId);
          }}
        >
          <Icon name="phone" isRotated />
          {t.cancel}
        </button>
      )}
    </div>
  );
}
