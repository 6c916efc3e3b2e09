import { useRef } from 'preact/hooks';
import { type SandboxActiveFault } from '../../src/faults/sandbox-faults.js';
import { requestControl } from '../feed/control-api.js';
import { useConsole, useNow } from '../feed/hooks.js';
import { useTexts } from '../shared/contexts.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { faultText, matchText } from './fault-rules.js';
import { faultsTexts } from './texts.js';

/** Lists the active rules in the order in which the sandbox applies them. */
export function RuleList() {
  const t = useTexts(faultsTexts);
  const rules = useConsole((state) => state.faults);
  const mutation = useMutation();
  const title = useRef<HTMLHeadingElement>(null);
  // The focused button is removed with its rule: move the focus to the heading, not to the top of the page.
  const remove = (path: string): void => {
    mutation.run(() => requestControl('DELETE', path));
    title.current?.focus();
  };
  return (
    <>
      <h3 ref={title} tabIndex={-1}>
        {t.active}
      </h3>
      {rules.length === 0 ? <p class="muted">{t.none}</p> : undefined}
      <ol class="rules">
        {rules.map((rule) => (
          <Rule key={rule.id} rule={rule} remove={remove} />
        ))}
      </ol>
      {rules.length > 1 ? (
        <button
          type="button"
          onClick={() => {
            remove('/__/faults');
          }}
        >
          {t.removeAll}
        </button>
      ) : undefined}
      <FailureText failure={mutation.failure} />
    </>
  );
}

interface RuleProps {
  readonly rule: SandboxActiveFault;
  readonly remove: (path: string) => void;
}

function Rule({ rule, remove }: RuleProps) {
  const t = useTexts(faultsTexts);
  const { id, hits, times, until } = rule;
  const isUsedUp = times !== undefined && hits >= times;
  const match = matchText(rule);
  return (
    <li class={isUsedUp ? 'rule rule-used-up' : 'rule'}>
      <div>
        <code>{faultText(rule)}</code>
        <p class="muted">{match === '' ? t.allRequests : <code>{match}</code>}</p>
        <p>
          {t.hits(hits, times)}
          {isUsedUp ? ` · ${t.usedUp}` : ''}
          {until === undefined ? undefined : <RemainingTime until={until} />}
        </p>
      </div>
      <button
        type="button"
        aria-label={t.removeRule(id)}
        onClick={() => {
          remove(`/__/faults?id=${id}`);
        }}
      >
        {t.remove}
      </button>
    </li>
  );
}

function RemainingTime({ until }: { readonly until: number }) {
  const t = useTexts(faultsTexts);
  const seconds = Math.max(0, Math.ceil((until - useNow(250)) / 1000));
  return <> · {t.secondsLeft(seconds)}</>;
}
