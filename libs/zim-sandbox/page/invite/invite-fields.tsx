import { type ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { type ConsoleUser } from '../../src/console/console-events.js';
import { useTexts } from '../shared/contexts.js';
import { byteLength, type InviteForm, splitIds, toggleId } from './invite-form.js';
import { inviteTexts } from './texts.js';

const maxChips = 12;

interface InviteFieldsProps {
  readonly form: InviteForm;
  readonly change: (changes: Partial<InviteForm>) => void;
  readonly users: readonly ConsoleUser[];
}

interface TextFieldProps extends Pick<FieldProps, 'label' | 'hint'> {
  readonly value: string;
  readonly set: (value: string) => void;
  /** The id of a `datalist` with suggestions. */
  readonly list?: string;
  readonly inputMode?: 'decimal' | 'text';
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (ids: { id: string; 'aria-describedby'?: string }) => ComponentChildren;
}

/** A control with a label above and an optional hint below. */
function Field({ label, hint, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children(hint === undefined ? { id } : { id, 'aria-describedby': hintId })}
      {hint === undefined ? undefined : (
        <span id={hintId} class="muted hint">
          {hint}
        </span>
      )}
    </div>
  );
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

/** The fields of an invite. The form checks no limits, so that the sandbox can reply as ZIM does. */
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
