import { type ConsoleUser } from '../../src/console/console-events.js';
import { useConsole } from '../feed/hooks.js';
import { useTexts } from '../shared/contexts.js';
import { Avatar } from './avatar.js';
import { type IncomingCard } from './call-cards.js';
import { CallData } from './call-data.js';
import { CountdownBar, CountdownRing } from './countdown-view.js';
import { Icon } from './icon.js';
import { readPush, type Push } from './push.js';
import { phonesTexts } from './texts.js';
import { type SendDeviceAction } from './use-device-actions.js';

interface IncomingProps {
  readonly card: IncomingCard;
  readonly user: ConsoleUser;
  readonly act: SendDeviceAction;
}

/** A call that this user can answer. */
export function IncomingCall(props: IncomingProps) {
  const { call, callee } = props.card;
  if (callee.state === 'received') return <RingingCall {...props} />;
  const push = readPush(call.offlinePush);
  return push === undefined ? <WaitingCall {...props} /> : <PushedCall {...props} push={push} />;
}

function RingingCall({ card: { call, callee }, user, act }: IncomingProps) {
  const t = useTexts(phonesTexts);
  const caller = useUser(call.appId, call.caller);
  const isOnline = user.presence === 'online';
  const others = call.callees.filter(({ userId }) => userId !== user.userId);
  return (
    <div class={isOnline ? 'call call-ringing' : 'call'} data-state={callee.state}>
      <CountdownRing call={call}>
        <Avatar user={caller} />
      </CountdownRing>
      <h4 class="call-title">{t.isCalling(call.caller)}</h4>
      {caller.userName ? (
        <p class="muted" dir="auto">
          {caller.userName}
        </p>
      ) : undefined}
      {others.length === 0 ? undefined : (
        <p class="call-note muted">
          {t.others(others.map(({ userId }) => userId).join(t.listSeparator))}
        </p>
      )}
      <CallData text={call.extendedData} />
      {isOnline ? undefined : <p class="call-note">{t.notOnline}</p>}
      <div class="call-answers">
        <button
          type="button"
          class="good"
          disabled={!isOnline}
          onClick={() => {
            act('accept', call.callId);
          }}
        >
          <Icon name="phone" />
          {t.accept}
        </button>
        <button
          type="button"
          class="bad"
          disabled={!isOnline}
          onClick={() => {
            act('reject', call.callId);
          }}
        >
          <Icon name="phone" isRotated />
          {t.reject}
        </button>
      </div>
    </div>
  );
}

function PushedCall({
  card: { call, callee },
  user,
  act,
  push,
}: IncomingProps & { readonly push: Push }) {
  const t = useTexts(phonesTexts);
  return (
    <div class="call" data-state={callee.state}>
      <h4 class="call-kind">
        <Icon name="bell" />
        {t.push.title}
      </h4>
      <div class="push" tabIndex={0} role="group" aria-label={t.push.title}>
        <p class={push.title === undefined ? 'muted' : 'push-title'} dir="auto">
          {push.title ?? t.push.noTitle}
        </p>
        <p class={push.content === undefined ? 'muted' : undefined} dir="auto">
          {push.content ?? t.push.noContent}
        </p>
      </div>
      {user.presence === 'offline' ? undefined : (
        <p class="call-note muted">
          <Icon name="warning" /> {t.push.unbound}
        </p>
      )}
      <p class="call-note muted">{t.callFrom(call.caller)}</p>
      <CountdownBar call={call} />
      <button
        type="button"
        class="primary"
        onClick={() => {
          act('login');
        }}
      >
        {t.comeOnline}
      </button>
    </div>
  );
}

function WaitingCall({ card: { call, callee } }: IncomingProps) {
  const t = useTexts(phonesTexts);
  return (
    <div class="call call-waiting" data-state={callee.state}>
      <h4 class="call-kind">
        <Icon name="clock" />
        {t.waiting.title}
      </h4>
      <p class="call-note muted">{t.waiting.text(call.caller)}</p>
      <CountdownBar call={call} />
    </div>
  );
}

/** Falls back to the user id if the page does not have the user. */
function useUser(appId: number, userId: string): Pick<ConsoleUser, 'userId' | 'userName'> {
  const user = useConsole(({ users }) =>
    users.find((candidate) => candidate.userId === userId && candidate.appId === appId),
  );
  return user ?? { userId };
}
