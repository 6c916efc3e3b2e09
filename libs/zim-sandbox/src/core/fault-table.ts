import { type SandboxFault, type SandboxFaultMoment } from './fault.js';
import { type JsonObject } from './json.js';
import { isLoopback } from './loopback.js';

interface Field {
  /** What the value must be; reads on from the name of the field. */
  readonly rule: string;
  readonly isOptional: boolean;
  readonly accepts: (value: unknown) => boolean;
}

interface FaultKind<Fault> {
  readonly explanation: string;
  /** The default of the field `when`, for the kinds that have it. */
  readonly when?: SandboxFaultMoment;
  readonly fields: Readonly<Record<Exclude<keyof Fault, 'kind'>, Field>>;
}

type Kind = SandboxFault['kind'];
type FaultTable = { readonly [K in Kind]: FaultKind<Extract<SandboxFault, { readonly kind: K }>> };

const hourMs = 3_600_000;
const daySeconds = 86_400;
const tenYearsSeconds = 315_576_000;

const when = oneOf(['before', 'after']);
const retryAfterSeconds = optional(integer(0, daySeconds));

/**
 * The kinds of faults. The checks of rules and the help text derive from this table, the manual is tested against
 * it, and the compiler checks that it matches {@link SandboxFault}.
 */
export const faultTable: FaultTable = {
  delay: {
    explanation: 'executed that much later, even if the client has disconnected',
    fields: { ms: integer(0, hourMs) },
  },
  'late-reply': {
    explanation: 'executed at once; the reply is sent that much later',
    fields: { ms: integer(0, hourMs) },
  },
  hang: {
    explanation: 'no reply, and the connection stays open',
    when: 'before',
    fields: { when },
  },
  reset: {
    explanation: 'no reply; the connection is reset (TCP RST)',
    when: 'before',
    fields: { when },
  },
  close: {
    explanation: 'no reply; the connection is closed (FIN)',
    when: 'before',
    fields: { when },
  },
  'half-reply': {
    explanation: 'executed; all headers and half the body, then a RST, or silence',
    fields: { then: oneOf(['reset', 'silence']) },
  },
  'truncated-json': {
    explanation: 'a complete HTTP reply with half the JSON',
    when: 'after',
    fields: { when },
  },
  'invalid-json': {
    explanation: 'a complete HTTP reply whose JSON has no quotes',
    when: 'after',
    fields: { when },
  },
  'html-502': {
    explanation: 'HTTP 502 with the HTML page of a gateway',
    when: 'before',
    fields: { when },
  },
  'empty-200': {
    explanation: 'HTTP 200 and no body',
    when: 'before',
    fields: { when },
  },
  status: {
    explanation: 'the given HTTP status, with plain text',
    when: 'before',
    fields: { status: integer(200, 599), body: optional(string()), retryAfterSeconds, when },
  },
  code: {
    explanation: "a reply in ZIM's form with the given Code",
    when: 'before',
    fields: { code: integer(0, Number.MAX_SAFE_INTEGER), retryAfterSeconds, when },
  },
  'slow-drip': {
    explanation: 'executed; the reply is sent byte by byte',
    fields: { msPerByte: integer(1, 60_000) },
  },
  'close-idle': {
    explanation:
      'executed and answered; later the idle connection is closed (FIN) without an announcement',
    fields: { afterMs: integer(0, hourMs) },
  },
  redirect: {
    explanation:
      'HTTP 307 or 302 to an address of this machine, by default a port where nothing listens',
    when: 'before',
    fields: { location: loopbackUrl(), status: oneOf([307, 302]), when },
  },
  oversized: {
    explanation: 'executed; JSON of the given size, without a Content-Length',
    fields: { bytes: integer(1, 2 ** 30) },
  },
  'gzip-bomb': {
    explanation: 'executed; a small gzip that inflates to 256 MiB of JSON',
    fields: {},
  },
  'wrong-date': {
    explanation: 'executed and answered, with a wrong Date',
    fields: { offsetSeconds: integer(-tenYearsSeconds, tenYearsSeconds) },
  },
  'clock-skew': {
    explanation: 'the Timestamp is checked, and Date is set, by a clock that is off',
    fields: { offsetSeconds: integer(-tenYearsSeconds, tenYearsSeconds) },
  },
};

/** Returns whether a fault comes before or after execution; `undefined` for a kind without that choice. */
export function momentOf(fault: SandboxFault): SandboxFaultMoment | undefined {
  const chosen = 'when' in fault ? fault.when : undefined;
  return chosen ?? faultTable[fault.kind].when;
}

/** Returns the fields of a kind, in the table's order. */
export function fieldsOf(kind: Kind): [string, Field][] {
  return Object.entries<Field>(faultTable[kind].fields);
}

export function isFaultKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(faultTable, kind);
}

/** Returns every problem of a fault; each begins with the name of the field. */
export function explainFault(fault: JsonObject): string[] {
  const { kind } = fault;
  if (!isFaultKind(kind)) return [`kind must be ${Object.keys(faultTable).join(', ')}`];
  const fields = fieldsOf(kind);
  const names = fields.map(([name]) => name);
  const unknownFields = Object.keys(fault).filter(
    (name) => name !== 'kind' && !names.includes(name),
  );
  return [
    ...unknownFields.map(
      (name) =>
        `${name} is not a field of ${kind}, which has ${names.length === 0 ? 'none' : names.join(', ')}`,
    ),
    ...fields
      .filter(([name, { isOptional, accepts }]) => {
        const value = fault[name];
        return value === undefined ? !isOptional : !accepts(value);
      })
      .map(([name, { rule }]) => `${name} must be ${rule}`),
  ];
}

function integer(lowest: number, highest: number): Field {
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

function string(): Field {
  return { rule: 'a string', isOptional: false, accepts: (value) => typeof value === 'string' };
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
