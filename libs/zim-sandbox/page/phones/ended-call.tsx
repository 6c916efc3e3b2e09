import { useTexts } from '../texts/language.js';
import { useFormats } from '../widgets/use-formats.js';
import { endedAt, stateOf, type CallCard } from './call-cards.js';
import { callEnd, type CallEnd } from './call-end.js';
import { CalleeList } from './callee-list.js';
import { Icon, type IconName } from './icon.js';
import { phonesTexts } from './texts.js';

const icons: Readonly<Record<CallEnd, IconName>> = {
  accepted: 'check',
  answered: 'check',
  declined: 'cross',
  timedOut: 'clock',
  cancelled: 'slash',
};

/** The last call that is over for this user, and how it came out. */
export function EndedCall({
  card,
  dismiss,
}: {
  readonly card: CallCard;
  readonly dismiss: () => void;
}) {
  const t = useTexts(phonesTexts);
  const formats = useFormats();
  const end = callEnd(card);
  const at = endedAt(card);
  if (end === undefined || at === undefined) return undefined;
  const { call, role } = card;
  return (
    <div class={`call call-ended call-${end}`} data-state={stateOf(card)}>
      <span class="end-icon">
        <Icon name={icons[end]} />
      </span>
      <p class="end-label">{t.ends[end]}</p>
      <h4 class="end-title muted">
        {role === 'callee'
          ? t.callFrom(call.caller)
          : t.called(call.callees.map(({ userId }) => userId))}
      </h4>
      <time class="muted" dateTime={new Date(at).toISOString()}>
        {formats.timeOfDay(at)}
      </time>
      {role === 'caller' ? <CalleeList call={call} /> : undefined}
      <button type="button" class="quiet" onClick={dismiss}>
        {t.dismiss}
      </button>
    </div>
  );
}
