import { useRef } from 'preact/hooks';
import { type SandboxActiveFault } from '../../src/faults/sandbox-faults.js';
import { ask } from '../feed/api.js';
import { useConsole, useNow } from '../feed/hooks.js';
import { useTexts } from '../texts/language.js';
import { FailureText } from '../widgets/failure-text.js';
import { faultText, matchText } from './describe-rule.js';
import { faultsTexts } from './texts.js';
import { useDeed } from '../widgets/use-deed.js';

/** The rules in force, in the order in which they are tried. */
export function RuleList() {
  const t = useTexts(faultsTexts);
  const rules = useConsole((state) => state.faults);
  const deed = useDeed();
  const title = useRef<HTMLHeadingElement>(null);
  // The button goes with its rule: whoever pressed it goes on here, not at the top of the page.
  const remove = (path: string): void => {
    deed.act(() => ask('DELETE', path));
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
      <FailureText of={deed.failure} />
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
        <p class="muted">{match === '' ? t.everything : <code>{match}</code>}</p>
        <p>
          {t.hits(hits, times)}
          {isUsedUp ? ` · ${t.usedUp}` : ''}
          {until === undefined ? undefined : <TimeLeft until={until} />}
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

function TimeLeft({ until }: { readonly until: number }) {
  const t = useTexts(faultsTexts);
  const seconds = Math.max(0, Math.ceil((until - useNow(250)) / 1000));
  return <> · {t.secondsLeft(seconds)}</>;
}
