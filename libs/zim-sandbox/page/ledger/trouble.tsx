import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../texts/language.js';
import { useCodeText } from '../widgets/use-code-text.js';
import { useFormats } from '../widgets/use-formats.js';
import { allowedSeconds, clockDistance } from './clock-distance.js';
import { fixOf } from './fix.js';
import { fixTexts } from './fix-texts.js';
import { outcomeOf, replyFate } from './outcome.js';
import { ledgerTexts } from './texts.js';

interface OfEntry {
  readonly entry: JournalEntry;
}

/** What was wrong with a request, and how to fix it. */
export function Trouble({ entry }: OfEntry) {
  const { detail: t } = useTexts(ledgerTexts);
  const { code, hint, fault, reusesNonce, overlaps } = entry;
  const isWrong = outcomeOf(entry) !== 'success' || reusesNonce || overlaps;
  return (
    <div class={isWrong ? 'ledger-trouble ledger-wrong' : 'ledger-trouble'}>
      {reusesNonce || overlaps ? <Warnings entry={entry} /> : undefined}
      {fault === undefined ? undefined : <FaultTrouble entry={entry} fault={fault} />}
      {hint === undefined ? undefined : (
        <div>
          <h4>{code === 0 || fault !== undefined ? t.note : t.wrong}</h4>
          <p class="ledger-hint" lang="en" dir="auto">
            {hint}
          </p>
          <ClockTrouble entry={entry} />
        </div>
      )}
      {code === undefined ? undefined : <Meaning code={code} />}
      <FixView entry={entry} />
    </div>
  );
}

function Warnings({ entry: { reusesNonce, overlaps } }: OfEntry) {
  const { detail: t } = useTexts(ledgerTexts);
  return (
    <div>
      <h4>{t.warning}</h4>
      {reusesNonce ? <p>{t.nonceWarning}</p> : undefined}
      {overlaps ? <p>{t.overlapWarning}</p> : undefined}
    </div>
  );
}

function Meaning({ code }: { readonly code: number }) {
  const { detail: t, undocumented } = useTexts(ledgerTexts);
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

function FixView({ entry }: OfEntry) {
  const { detail: t } = useTexts(ledgerTexts);
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

function ClockTrouble({ entry }: OfEntry) {
  const { detail: t } = useTexts(ledgerTexts);
  const { number } = useFormats();
  const distance = clockDistance(entry);
  if (distance === undefined) return undefined;
  if (distance.kind === 'milliseconds') return <p>{t.milliseconds}</p>;
  return <p>{t[distance.kind](number(distance.seconds), number(allowedSeconds))}</p>;
}

function FaultTrouble({
  entry: { executed, code },
  fault,
}: OfEntry & { readonly fault: NonNullable<JournalEntry['fault']> }) {
  const all = useTexts(ledgerTexts);
  const { detail: t } = all;
  const { kind, when, id, prefix } = fault;
  const fate = all.fates[replyFate(fault)];
  const executedText = executed ? t.executedWith(fate) : t.notExecutedWith(fate);
  const isUnseen = when === 'before' && !executed;
  return (
    <div>
      <h4>{t.fault}</h4>
      <p>
        <code>{kind}</code>
        {when === undefined ? '' : `, ${t.moments[when]}`}
        {id === undefined ? '' : `, ${t.byRule(String(id))}`}
        {prefix === undefined ? '' : `, ${t.byPrefix(prefix)}`}
      </p>
      <p class="ledger-executed">{isUnseen && code === undefined ? t.unseen : executedText}</p>
    </div>
  );
}
