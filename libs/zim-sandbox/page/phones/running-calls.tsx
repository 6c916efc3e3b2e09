import { useState } from 'preact/hooks';
import { type ConsoleUser } from '../../src/console/console-events.js';
import { useTexts } from '../shared/contexts.js';
import { memo } from '../shared/memo.js';
import { keyOf, type CallCard, type IncomingCard } from './call-cards.js';
import { IncomingCall } from './incoming-call.js';
import { OutgoingCall } from './outgoing-call.js';
import { phonesTexts } from './texts.js';
import { type SendDeviceAction } from './use-device-actions.js';

/** More calls are hidden until the user expands them. */
const maxShown = 4;

interface RunningCallsProps {
  readonly cards: readonly CallCard[];
  readonly user: ConsoleUser;
  readonly act: SendDeviceAction;
}

/** Shows the running calls of a phone, oldest first. */
export function RunningCalls({ cards, user, act }: RunningCallsProps) {
  const t = useTexts(phonesTexts);
  const [isExpanded, setIsExpanded] = useState(false);
  const shown = isExpanded ? cards : cards.slice(0, maxShown);
  const more = cards.length - maxShown;
  return (
    <>
      {shown.map((card) => (
        <RunningCall
          key={keyOf(card)}
          call={card.call}
          callee={card.role === 'callee' ? card.callee : undefined}
          user={user}
          act={act}
        />
      ))}
      {more <= 0 ? undefined : (
        <button
          type="button"
          class="quiet"
          aria-expanded={isExpanded}
          onClick={() => {
            setIsExpanded(!isExpanded);
          }}
        >
          {isExpanded ? t.fewerCalls : t.moreCalls(more)}
        </button>
      )}
    </>
  );
}

interface RunningCallProps extends Pick<IncomingCard, 'call'>, Omit<RunningCallsProps, 'cards'> {
  /** `undefined` on the caller's phone. */
  readonly callee: IncomingCard['callee'] | undefined;
}

/** Memoized, because other calls can change many times a second. */
const RunningCall = memo(function RunningCall({ call, callee, user, act }: RunningCallProps) {
  return callee === undefined ? (
    <OutgoingCall card={{ role: 'caller', call }} user={user} act={act} />
  ) : (
    <IncomingCall card={{ role: 'callee', call, callee }} user={user} act={act} />
  );
});
