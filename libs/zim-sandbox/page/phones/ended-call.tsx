import { useContext } from 'preact/hooks';
import { LanguageContext, useTexts } from '../texts/language.js';
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
      <Time at={at} />
      {role === 'caller' ? <CalleeList call={call} /> : undefined}
      <button type="button" class="quiet" onClick={dismiss}>
        {t.dismiss}
      </button>
    </div>
  );
}

/** A time of the sandbox's clock, which may be another day's. */
function Time({ at }: { readonly at: number }) {
  const language = useContext(LanguageContext);
  const date = new Date(at);
  return (
    <time class="muted" dateTime={date.toISOString()}>
      {new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { timeStyle: 'medium' }).format(
        date,
      )}
    </time>
  );
}
