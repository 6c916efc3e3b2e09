import { type ConsoleUser } from '../../src/console/console-events.js';
import { useTexts } from '../texts/language.js';
import { Field } from './field.js';
import { byteLength, type InviteForm, splitIds, toggleId } from './invite-form.js';
import { inviteTexts } from './texts.js';

const maxChips = 12;

interface InviteFieldsProps {
  readonly form: InviteForm;
  readonly change: (changes: Partial<InviteForm>) => void;
  readonly users: readonly ConsoleUser[];
}

/** What an invite says. Limits are left to the sandbox, which tells what ZIM would. */
export function InviteFields({ form, change, users }: InviteFieldsProps) {
  const t = useTexts(inviteTexts);
  return (
    <>
      <datalist id="known-users">
        {users.map(({ userId }) => (
          <option key={userId} value={userId} />
        ))}
      </datalist>
      <Field label={t.caller}>
        {(ids) => (
          <input
            {...ids}
            list="known-users"
            autocomplete="off"
            value={form.caller}
            onInput={({ currentTarget }) => {
              change({ caller: currentTarget.value });
            }}
          />
        )}
      </Field>
      <Field label={t.callees} hint={t.calleesHint}>
        {(ids) => (
          <input
            {...ids}
            autocomplete="off"
            value={form.callees}
            onInput={({ currentTarget }) => {
              change({ callees: currentTarget.value });
            }}
          />
        )}
      </Field>
      <CalleeChips form={form} change={change} users={users} />
      <Field label={t.ringTime} hint={t.ringTimeHint}>
        {(ids) => (
          <input
            {...ids}
            inputMode="decimal"
            autocomplete="off"
            value={form.ringTime}
            onInput={({ currentTarget }) => {
              change({ ringTime: currentTarget.value });
            }}
          />
        )}
      </Field>
      <Field label={t.extendedData} hint={t.bytes(byteLength(form.extendedData))}>
        {(ids) => (
          <textarea
            {...ids}
            rows={2}
            class="mono"
            value={form.extendedData}
            onInput={({ currentTarget }) => {
              change({ extendedData: currentTarget.value });
            }}
          />
        )}
      </Field>
      <PushFields form={form} change={change} />
    </>
  );
}

function CalleeChips({ form, change, users }: InviteFieldsProps) {
  const t = useTexts(inviteTexts);
  const chosen = new Set(splitIds(form.callees));
  const others = users.filter(({ userId }) => userId !== form.caller).slice(0, maxChips);
  if (others.length === 0) return null;
  return (
    <div class="chips" role="group" aria-label={t.known}>
      {others.map(({ userId }) => (
        <button
          key={userId}
          type="button"
          class="chip"
          aria-pressed={chosen.has(userId)}
          onClick={() => {
            change({ callees: toggleId(form.callees, userId) });
          }}
        >
          {userId}
        </button>
      ))}
    </div>
  );
}

function PushFields({ form, change }: Pick<InviteFieldsProps, 'form' | 'change'>) {
  const t = useTexts(inviteTexts);
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={form.isPushed}
          onChange={({ currentTarget }) => {
            change({ isPushed: currentTarget.checked });
          }}
        />
        {t.push}
      </label>
      {form.isPushed ? (
        <div class="push-fields">
          <Field label={t.pushTitle}>
            {(ids) => (
              <input
                {...ids}
                value={form.pushTitle}
                onInput={({ currentTarget }) => {
                  change({ pushTitle: currentTarget.value });
                }}
              />
            )}
          </Field>
          <Field label={t.pushContent}>
            {(ids) => (
              <input
                {...ids}
                value={form.pushContent}
                onInput={({ currentTarget }) => {
                  change({ pushContent: currentTarget.value });
                }}
              />
            )}
          </Field>
        </div>
      ) : undefined}
    </>
  );
}
