import './invite.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type ConsoleUser } from '../../src/console/console-events.js';
import { requestControl } from '../feed/control-api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { type CallResult, readCallResult } from './call-result.js';
import { CallResultView } from './call-result-view.js';
import { InviteFields } from './invite-fields.js';
import { type InviteForm, suggestUsers, toInvite } from './invite-form.js';
import { Snippets } from './snippet-view.js';
import { inviteTexts } from './texts.js';

/** Places a call through the sandbox and shows the equivalent code. */
export function InvitePanel() {
  const t = useTexts(inviteTexts);
  const appId = useAppId();
  const sandbox = useConsole((state) => state.sandbox);
  const allUsers = useConsole((state) => state.users);
  const users = useMemo(() => allUsers.filter((user) => user.appId === appId), [allUsers, appId]);
  const [form, change] = useInviteForm(users);
  const [result, setResult] = useState<CallResult>();
  const mutation = useMutation();
  const invite = toInvite(form);
  useEffect(() => {
    // After a restart or a reset the sandbox no longer has the call.
    setResult(undefined);
  }, [sandbox]);

  const placeCall = async () => {
    setResult(undefined);
    const reply = await requestControl('POST', '/__/calls', { appId, ...invite });
    if (reply.ok) setResult(readCallResult(reply.content, invite.userIds));
    return reply;
  };
  return (
    <section id="invite" class="panel" aria-labelledby="invite-title">
      <h2 id="invite-title">{t.title}</h2>
      <form
        class="invite-form"
        onSubmit={(event) => {
          event.preventDefault();
          mutation.run(placeCall);
        }}
      >
        <InviteFields form={form} change={change} users={users} />
        <button
          type="submit"
          class="primary"
          disabled={sandbox === undefined}
          aria-disabled={mutation.isPending}
        >
          {mutation.isPending ? t.calling : t.call}
        </button>
      </form>
      <div role="status">
        {result === undefined ? undefined : <CallResultView result={result} />}
      </div>
      <FailureText failure={mutation.failure} />
      <Snippets invite={invite} />
    </section>
  );
}

const defaults: InviteForm = {
  caller: '',
  callees: '',
  ringTime: '30',
  extendedData: '',
  isPushed: true,
  pushTitle: 'Incoming call',
  pushContent: 'You have an incoming call',
};

/** Holds the form; caller and callee are suggested until they are edited. */
function useInviteForm(
  users: readonly ConsoleUser[],
): [InviteForm, (changes: Partial<InviteForm>) => void] {
  const [edits, setEdits] = useState<Partial<InviteForm>>({});
  const suggested = useMemo(() => suggestUsers(users, edits), [users, edits]);
  return [
    { ...defaults, ...suggested, ...edits },
    (changes) => {
      setEdits((before) => ({ ...before, ...changes }));
    },
  ];
}
