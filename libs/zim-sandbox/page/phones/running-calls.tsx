import { useState } from 'preact/hooks';
import { type ConsoleUser } from '../../src/console/console-events.js';
import { useTexts } from '../texts/language.js';
import { memo } from '../widgets/memo.js';
import { keyOf, type CallCard, type IncomingCard } from './call-cards.js';
import { IncomingCall } from './incoming-call.js';
import { OutgoingCall } from './outgoing-call.js';
import { phonesTexts } from './texts.js';
import { type Do } from './use-deeds.js';

/** A phone that somebody calls all the time would fill the page. */
const mostAtOnce = 4;

interface RunningCallsProps {
  readonly cards: readonly CallCard[];
  readonly user: ConsoleUser;
  readonly act: Do;
}

/** The calls that run on a phone: the oldest, which stay where they are, and the others if they are wanted. */
export function RunningCalls({ cards, user, act }: RunningCallsProps) {
  const t = useTexts(phonesTexts);
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? cards : cards.slice(0, mostAtOnce);
  const more = cards.length - mostAtOnce;
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
          aria-expanded={showsAll}
          onClick={() => {
            setShowsAll(!showsAll);
          }}
        >
          {showsAll ? t.fewerCalls : t.moreCalls(more)}
        </button>
      )}
    </>
  );
}

interface RunningCallProps extends Pick<IncomingCard, 'call'>, Omit<RunningCallsProps, 'cards'> {
  /** Absent on the caller's phone. */
  readonly callee: IncomingCard['callee'] | undefined;
}

/** Drawn anew only when something about it has changed: others change many times a second. */
const RunningCall = memo(function RunningCall({ call, callee, user, act }: RunningCallProps) {
  return callee === undefined ? (
    <OutgoingCall card={{ role: 'caller', call }} user={user} act={act} />
  ) : (
    <IncomingCall card={{ role: 'callee', call, callee }} user={user} act={act} />
  );
});
