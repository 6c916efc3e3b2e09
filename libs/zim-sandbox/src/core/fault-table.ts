import { type SandboxFault, type SandboxFaultMoment } from './fault.js';
import { type JsonObject } from './json.js';
import { isLoopback } from './loopback.js';

interface Field {
  /** Follows the name of the field: what its value must be. */
  readonly rule: string;
  readonly isOptional: boolean;
  readonly accepts: (value: unknown) => boolean;
}

interface Row<Fault> {
  readonly explanation: string;
  /** The default, for the kinds that take a moment. */
  readonly when?: SandboxFaultMoment;
  readonly fields: Readonly<Record<Exclude<keyof Fault, 'kind'>, Field>>;
}

type Kind = SandboxFault['kind'];
type FaultTable = { readonly [K in Kind]: Row<Extract<SandboxFault, { readonly kind: K }>> };

const hourMs = 3_600_000;
const daySeconds = 86_400;
const tenYearsSeconds = 315_576_000;

const when = oneOf(['before', 'after']);
const retryAfterSeconds = optional(whole(0, daySeconds));

/**
 * What can go wrong. The checks of rules, the help text and the README all come from (or are tested against)
 * this table, and the compiler holds it to {@link SandboxFault}.
 */
export const faultTable: FaultTable = {
  delay: {
    explanation: 'carried out that much later, even if the client is gone by then',
    fields: { ms: whole(0, hourMs) },
  },
  hang: {
    explanation: 'no answer, and the connection stays open',
    when: 'before',
    fields: { when },
  },
  reset: {
    explanation: 'no answer, but a TCP RST',
    when: 'before',
    fields: { when },
  },
  close: {
    explanation: 'no answer, but a FIN',
    when: 'before',
    fields: { when },
  },
  'half-reply': {
    explanation: 'carried out; all headers and half the body, then a RST, or silence',
    fields: { then: oneOf(['reset', 'silence']) },
  },
  'truncated-json': {
    explanation: 'a complete HTTP answer with half the JSON',
    when: 'after',
    fields: { when },
  },
  'invalid-json': {
    explanation: 'a complete HTTP answer without the quotes of its JSON',
    when: 'after',
    fields: { when },
  },
  'html-502': {
    explanation: 'the page of a gateway that has lost its backend',
    when: 'before',
    fields: { when },
  },
  'empty-200': {
    explanation: 'HTTP 200 and no body',
    when: 'before',
    fields: { when },
  },
  status: {
    explanation: 'that HTTP status, with plain text',
    when: 'before',
    fields: { status: whole(200, 599), body: optional(text()), retryAfterSeconds, when },
  },
  code: {
    explanation: "a reply of ZIM's form with that Code",
    when: 'before',
    fields: { code: whole(0, Number.MAX_SAFE_INTEGER), retryAfterSeconds, when },
  },
  'slow-drip': {
    explanation: 'carried out; the answer comes byte by byte',
    fields: { msPerByte: whole(1, 60_000) },
  },
  'close-idle': {
    explanation: 'carried out and answered; later the idle connection gets a FIN, unannounced',
    fields: { afterMs: whole(0, hourMs) },
  },
  redirect: {
    explanation:
      'HTTP 307 or 302 to an address of this machine, by default one where nobody listens',
    when: 'before',
    fields: { location: loopbackUrl(), status: oneOf([307, 302]), when },
  },
  oversized: {
    explanation: 'carried out; JSON that goes on and on, without a Content-Length',
    fields: { bytes: whole(1, 2 ** 30) },
  },
  'gzip-bomb': {
    explanation: 'carried out; a small gzip that inflates to 256 MiB of JSON',
    fields: {},
  },
  'wrong-date': {
    explanation: 'carried out and answered, with a wrong Date',
    fields: { offsetSeconds: whole(-tenYearsSeconds, tenYearsSeconds) },
  },
  'clock-skew': {
    explanation: 'judges the Timestamp, and writes Date, by a clock that is off',
    fields: { offsetSeconds: whole(-tenYearsSeconds, tenYearsSeconds) },
  },
};

/** When a fault comes; `undefined` for a kind that leaves no choice. */
export function momentOf(fault: SandboxFault): SandboxFaultMoment | undefined {
  const chosen = 'when' in fault ? fault.when : undefined;
  return chosen ?? faultTable[fault.kind].when;
}

/** The fields of a kind, in the table's order. */
export function fieldsOf(kind: Kind): [string, Field][] {
  return Object.entries<Field>(faultTable[kind].fields);
}

export function isFaultKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(faultTable, kind);
}

/** What is wrong with a fault, each beginning with the name of the field. */
export function explainFault(fault: JsonObject): string[] {
  const { kind } = fault;
  if (!isFaultKind(kind)) return [`kind must be ${Object.keys(faultTable).join(', ')}`];
  const fields = fieldsOf(kind);
  const names = fields.map(([name]) => name);
  const strangers = Object.keys(fault).filter((name) => name !== 'kind' && !names.includes(name));
  return [
    ...strangers.map(
      (name) =>
        `${name} is no field of ${kind}, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
    ),
    ...fields
      .filter(([name, { isOptional, accepts }]) => {
        const value = fault[name];
        return value === undefined ? !isOptional : !accepts(value);
      })
      .map(([name, { rule }]) => `${name} must be ${rule}`),
  ];
}

function whole(lowest: number, highest: number): Field {
  return {
    rule: `a whole number from ${lowest} to ${highest}`,
    isOptional: false,
    accepts: (value) =>
      Number.isInteger(value) && Number(value) >= lowest && Number(value) <= highest,
  };
}

function oneOf(values: readonly unknown[]): Field {
  return {
    rule: values.join(' or '),
    isOptional: true,
    accepts: (value) => values.includes(value),
  };
}

function text(): Field {
  return { rule: 'a text', isOptional: false, accepts: (value) => typeof value === 'string' };
}

function loopbackUrl(): Field {
  return {
    rule: 'an http address of this machine (localhost, 127.0.0.1 or [::1])',
    isOptional: true,
    accepts: (value) =>
      typeof value === 'string' && isLoopback(value) && new URL(value).protocol === 'http:',
  };
}

function optional(field: Field): Field {
  return { ...field, isOptional: true };
}
