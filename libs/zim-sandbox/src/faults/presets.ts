import { type SandboxFault } from '../core/fault.js';

interface Preset {
  readonly fault: SandboxFault;
  readonly explanation: string;
}

/** Faults with a name of their own, for the command line; some are also a prefix of magic user ids. */
export const faultPresets = {
  'reply-lost': {
    fault: { kind: 'reset', when: 'after' },
    explanation: 'carried out, then the connection is reset instead of an answer',
  },
  'half-reply': {
    fault: { kind: 'half-reply', then: 'reset' },
    explanation: 'carried out, then half the answer and a reset',
  },
  truncated: {
    fault: { kind: 'truncated-json' },
    explanation: 'carried out, and answered with half the JSON',
  },
  hang: {
    fault: { kind: 'hang', when: 'before' },
    explanation: 'not carried out, no answer',
  },
  reset: {
    fault: { kind: 'reset', when: 'before' },
    explanation: 'not carried out, the connection is reset',
  },
  throttled: {
    fault: { kind: 'code', code: 660300005, retryAfterSeconds: 1 },
    explanation: 'not carried out, answered 660300005 with Retry-After: 1',
  },
  'server-error': {
    fault: { kind: 'code', code: 660000001 },
    explanation: 'not carried out, answered 660000001',
  },
  'bad-gateway': {
    fault: { kind: 'html-502' },
    explanation: 'not carried out, answered HTTP 502 with an HTML page',
  },
  slow: {
    fault: { kind: 'delay', ms: 3000 },
    explanation: 'carried out and answered 3 s late',
  },
  'slow-drip': {
    fault: { kind: 'slow-drip', msPerByte: 100 },
    explanation: 'carried out, a byte of the answer every 100 ms',
  },
  'close-idle': {
    fault: { kind: 'close-idle', afterMs: 1000 },
    explanation: 'carried out and answered, the connection closed 1 s later',
  },
  redirect: {
    fault: { kind: 'redirect' },
    explanation: 'not carried out, sent on to a port where nobody listens',
  },
  oversized: {
    fault: { kind: 'oversized', bytes: 64 * 1024 * 1024 },
    explanation: 'carried out, and answered with 64 MiB of JSON',
  },
  'gzip-bomb': {
    fault: { kind: 'gzip-bomb' },
    explanation: 'carried out, and answered with a gzip of 256 MiB',
  },
  'clock-off': {
    fault: { kind: 'clock-skew', offsetSeconds: 3600 },
    explanation: 'judged by a clock that is an hour ahead: 100000004',
  },
} as const satisfies Record<string, Preset>;

/** The fault of that name, or `undefined`. */
export function findFaultPreset(name: string): SandboxFault | undefined {
  return isPreset(name) ? faultPresets[name].fault : undefined;
}

function isPreset(name: string): name is keyof typeof faultPresets {
  return Object.hasOwn(faultPresets, name);
}
