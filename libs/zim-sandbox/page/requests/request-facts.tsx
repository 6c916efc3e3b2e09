import { type ComponentChildren } from 'preact';
import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { useCodeText, useFormats } from '../shared/hooks.js';
import { requestsTexts } from './texts.js';

export function RequestFacts({ entry }: { readonly entry: JournalEntry }) {
  const { detail: t } = useTexts(requestsTexts);
  const { number, dateAndTime, duration } = useFormats();
  const { at, executed, attempt, durationMs, signature, callId, rings, failed = [] } = entry;
  return (
    <>
      <dl class="request-facts">
        <Fact name={t.time}>
          <time dateTime={at}>{dateAndTime(at)}</time>
        </Fact>
        <Fact name={t.executed}>{executed ? t.yes : t.no}</Fact>
        <Fact name={t.repetition}>{attempt > 1 ? `×${number(attempt)}` : t.first}</Fact>
        <Fact name={t.signature}>{t.signatures[signature]}</Fact>
        <Fact name={t.duration}>{duration(durationMs)}</Fact>
        {callId === undefined ? undefined : (
          <Fact name={t.callId}>
            <code>{callId}</code>
          </Fact>
        )}
        {rings === undefined ? undefined : (
          <Fact name={t.rings}>
            <bdi>{rings.length === 0 ? '–' : rings.join(', ')}</bdi>
          </Fact>
        )}
      </dl>
      {failed.length === 0 ? undefined : (
        <>
          <h4>{t.failed}</h4>
          <ul class="request-failed">
            {failed.map(({ userId, code }, index) => (
              <li key={index}>
                <bdi>{userId}</bdi>: <CodeMeaning code={code} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CodeMeaning({ code }: { readonly code: number }) {
  const t = useTexts(requestsTexts);
  const text = useCodeText()(code);
  return (
    <>
      <code>{code}</code> <span lang={text?.lang}>{text?.meaning ?? t.undocumented}</span>
    </>
  );
}
