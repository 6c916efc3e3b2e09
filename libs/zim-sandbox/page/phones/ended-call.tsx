import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { endedAt, endOf, stateOf, type CallCard, type CallEnd } from './call-cards.js';
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

/** Shows the last call that ended for this user. */
export function EndedCall({
  card,
  dismiss,
}: {
  readonly card: CallCard;
  readonly dismiss: () => void;
}) {
  const t = useTexts(phonesTexts);
  const formats = useFormats();
  const end = endOf(card);
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
