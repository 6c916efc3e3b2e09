import './invite.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { ask } from '../feed/api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { FailureText } from '../widgets/failure-text.js';
import { useFailure } from '../widgets/use-failure.js';
import { CallOutcome } from './call-outcome.js';
import { type CallResult, readCallResult } from './call-result.js';
import { toInvite } from './invite-form.js';
import { InviteFields } from './invite-fields.js';
import { Snippets } from './snippet-view.js';
import { inviteTexts } from './texts.js';
import { useForm } from './use-form.js';

/** Places a real call, and shows how code would. */
export function InvitePanel() {
  const t = useTexts(inviteTexts);
  const appId = useAppId();
  const sandbox = useConsole((state) => state.sandbox);
  const allUsers = useConsole((state) => state.users);
  const users = useMemo(() => allUsers.filter((user) => user.appId === appId), [allUsers, appId]);
  const [form, change] = useForm(users);
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState<CallResult>();
  const [failure, note] = useFailure();
  const invite = toInvite(form);
  useEffect(() => {
    // Another sandbox, or one that was reset, knows nothing of that call.
    setResult(undefined);
  }, [sandbox]);

  const place = async (): Promise<void> => {
    setIsBusy(true);
    setResult(undefined);
    note(undefined);
    const answer = await ask('POST', '/__/calls', { appId, ...invite });
    if (answer.ok) setResult(readCallResult(answer.content, invite.userIds));
    else note(answer);
    setIsBusy(false);
  };
  return (
    <section id="invite" class="panel" aria-labelledby="invite-title">
      <h2 id="invite-title">{t.title}</h2>
      <form
        class="invite-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void place();
        }}
      >
        <InviteFields form={form} change={change} users={users} />
        <button
          type="submit"
          class="primary"
          disabled={sandbox === undefined}
          aria-disabled={isBusy}
        >
          {isBusy ? t.calling : t.call}
        </button>
      </form>
      <div role="status">{result === undefined ? undefined : <CallOutcome result={result} />}</div>
      <FailureText of={failure} />
      <Snippets invite={invite} />
    </section>
  );
}
