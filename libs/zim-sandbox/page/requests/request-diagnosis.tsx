import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { useCodeText, useFormats } from '../shared/hooks.js';
import { allowedSeconds, clockDeviation, fixOf } from './diagnosis.js';
import { fixTexts } from './fix-texts.js';
import { outcomeOf, replyEffect } from './outcome.js';
import { requestsTexts } from './texts.js';

interface EntryProps {
  readonly entry: JournalEntry;
}

/** Shows what was wrong with a request and how to fix it. */
export function RequestDiagnosis({ entry }: EntryProps) {
  const { detail: t } = useTexts(requestsTexts);
  const { code, hint, fault, reusesNonce, overlaps } = entry;
  const hasProblem = outcomeOf(entry) !== 'success' || reusesNonce || overlaps;
  return (
    <div class={hasProblem ? 'request-diagnosis request-problem' : 'request-diagnosis'}>
      {reusesNonce || overlaps ? <Warnings entry={entry} /> : undefined}
      {fault === undefined ? undefined : <InjectedFault entry={entry} fault={fault} />}
      {hint === undefined ? undefined : (
        <div>
          <h4>{code === 0 || fault !== undefined ? t.note : t.problem}</h4>
          <p class="request-hint" lang="en" dir="auto">
            {hint}
          </p>
          <ClockDeviationText entry={entry} />
        </div>
      )}
      {code === undefined ? undefined : <CodeMeaning code={code} />}
      <FixText entry={entry} />
    </div>
  );
}

function Warnings({ entry: { reusesNonce, overlaps } }: EntryProps) {
  const { detail: t } = useTexts(requestsTexts);
  return (
    <div>
      <h4>{t.warning}</h4>
      {reusesNonce ? <p>{t.nonceWarning}</p> : undefined}
      {overlaps ? <p>{t.overlapWarning}</p> : undefined}
    </div>
  );
}

function CodeMeaning({ code }: { readonly code: number }) {
  const { detail: t, undocumented } = useTexts(requestsTexts);
  const text = useCodeText()(code);
  return (
    <div>
      <h4>{t.meaning}</h4>
      <p>
        <code>{code}</code> <span lang={text?.lang}>{text?.meaning ?? undocumented}</span>
      </p>
    </div>
  );
}

function FixText({ entry }: EntryProps) {
  const { detail: t } = useTexts(requestsTexts);
  const { causes, injectedClock } = useTexts(fixTexts);
  const codeText = useCodeText();
  const fix = fixOf(entry);
  if (fix === undefined) return null;
  const ofCode = fix.by === 'code' ? codeText(fix.code) : undefined;
  const ofCause = fix.by === 'cause' ? causes[fix.cause] : injectedClock;
  if (fix.by === 'code' && ofCode === undefined) return null;
  return (
    <div>
      <h4>{t.fix}</h4>
      <p lang={ofCode?.lang}>{ofCode?.advice ?? ofCause}</p>
    </div>
  );
}

function ClockDeviationText({ entry }: EntryProps) {
  const { detail: t } = useTexts(requestsTexts);
  const { number } = useFormats();
  const deviation = clockDeviation(entry);
  if (deviation === undefined) return undefined;
  if (deviation.kind === 'milliseconds') return <p>{t.milliseconds}</p>;
  return <p>{t[deviation.kind](number(deviation.seconds), number(allowedSeconds))}</p>;
}

function InjectedFault({
  entry: { executed, code },
  fault,
}: EntryProps & { readonly fault: NonNullable<JournalEntry['fault']> }) {
  const { detail: t, replyEffects } = useTexts(requestsTexts);
  const { kind, when, id, prefix } = fault;
  const effect = replyEffects[replyEffect(fault)];
  const executedText = executed ? t.executedWith(effect) : t.notExecutedWith(effect);
  const isSkipped = when === 'before' && !executed && code === undefined;
  return (
    <div>
      <h4>{t.fault}</h4>
      <p>
        <code>{kind}</code>
        {when === undefined ? '' : `, ${t.moments[when]}`}
        {id === undefined ? '' : `, ${t.byRule(String(id))}`}
        {prefix === undefined ? '' : `, ${t.byPrefix(prefix)}`}
      </p>
      <p class="request-executed">{isSkipped ? t.notProcessed : executedText}</p>
    </div>
  );
}
