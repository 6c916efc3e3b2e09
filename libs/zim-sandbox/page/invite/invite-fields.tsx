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

interface TextFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly set: (value: string) => void;
  /** The id of a list of suggestions. */
  readonly list?: string;
  readonly inputMode?: 'decimal' | 'text';
}

function TextField({ label, hint, value, set, list, inputMode }: TextFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <input
          {...ids}
          list={list}
          inputMode={inputMode}
          autocomplete="off"
          value={value}
          onInput={({ currentTarget }) => {
            set(currentTarget.value);
          }}
        />
      )}
    </Field>
  );
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
      <TextField
        label={t.caller}
        list="known-users"
        value={form.caller}
        set={(caller) => {
          change({ caller });
        }}
      />
      <TextField
        label={t.callees}
        hint={t.calleesHint}
        value={form.callees}
        set={(callees) => {
          change({ callees });
        }}
      />
      <CalleeChips form={form} change={change} users={users} />
      <TextField
        label={t.ringTime}
        hint={t.ringTimeHint}
        inputMode="decimal"
        value={form.ringTime}
        set={(ringTime) => {
          change({ ringTime });
        }}
      />
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
          <TextField
            label={t.pushTitle}
            value={form.pushTitle}
            set={(pushTitle) => {
              change({ pushTitle });
            }}
          />
          <TextField
            label={t.pushContent}
            value={form.pushContent}
            set={(pushContent) => {
              change({ pushContent });
            }}
          />
        </div>
      ) : undefined}
    </>
  );
}
