import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../texts/language.js';
import { useCodeText } from '../widgets/use-code-text.js';
import { useFormats } from '../widgets/use-formats.js';
import { allowedSeconds, clockDistance } from './clock-distance.js';
import { outcomeOf, replyFate } from './outcome.js';
import { ledgerTexts } from './texts.js';

interface OfEntry {
  readonly entry: JournalEntry;
}

/** What was wrong with a request, and how to mend it. */
export function Trouble({ entry }: OfEntry) {
  const { detail: t } = useTexts(ledgerTexts);
  const { code, hint, fault } = entry;
  const isDone = outcomeOf(entry) === 'done';
  return (
    <div class={isDone ? 'ledger-trouble' : 'ledger-trouble ledger-wrong'}>
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
      {code === undefined ? undefined : <CodeTrouble code={code} />}
    </div>
  );
}

function CodeTrouble({ code }: { readonly code: number }) {
  const all = useTexts(ledgerTexts);
  const { detail: t } = all;
  const text = useCodeText()(code);
  return (
    <>
      <div>
        <h4>{t.meaning}</h4>
        <p>
          <code>{code}</code> <span lang={text?.lang}>{text?.meaning ?? all.undocumented}</span>
        </p>
      </div>
      {code === 0 || text === undefined ? undefined : (
        <div>
          <h4>{t.mend}</h4>
          <p lang={text.lang}>{text.advice}</p>
        </div>
      )}
    </>
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
  const executedText = executed ? t.carriedOut(fate) : t.notCarriedOut(fate);
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
