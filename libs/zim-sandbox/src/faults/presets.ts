import { type SandboxFault } from '../core/fault.js';

interface Preset {
  readonly fault: SandboxFault;
  readonly explanation: string;
}

/** Named faults for the command line; some are also prefixes of magic user ids. */
export const faultPresets = {
  'reply-lost': {
    fault: { kind: 'reset', when: 'after' },
    explanation: 'executed, then the connection is reset instead of a reply',
  },
  'half-reply': {
    fault: { kind: 'half-reply', then: 'reset' },
    explanation: 'executed, then half the reply and a reset',
  },
  truncated: {
    fault: { kind: 'truncated-json' },
    explanation: 'executed, and answered with half the JSON',
  },
  hang: {
    fault: { kind: 'hang', when: 'before' },
    explanation: 'not executed, no reply',
  },
  reset: {
    fault: { kind: 'reset', when: 'before' },
    explanation: 'not executed, the connection is reset',
  },
  throttled: {
    fault: { kind: 'code', code: 660300005, retryAfterSeconds: 1 },
    explanation: 'not executed, answered 660300005 with Retry-After: 1',
  },
  'server-error': {
    fault: { kind: 'code', code: 660000001 },
    explanation: 'not executed, answered 660000001',
  },
  'bad-gateway': {
    fault: { kind: 'html-502' },
    explanation: 'not executed, answered HTTP 502 with an HTML page',
  },
  slow: {
    fault: { kind: 'delay', ms: 3000 },
    explanation: 'executed and answered 3 s late',
  },
  'slow-drip': {
    fault: { kind: 'slow-drip', msPerByte: 100 },
    explanation: 'executed, one byte of the reply every 100 ms',
  },
  'close-idle': {
    fault: { kind: 'close-idle', afterMs: 1000 },
    explanation: 'executed and answered, the connection closed 1 s later',
  },
  redirect: {
    fault: { kind: 'redirect' },
    explanation: 'not executed, redirected to a port where nothing listens',
  },
  oversized: {
    fault: { kind: 'oversized', bytes: 64 * 1024 * 1024 },
    explanation: 'executed, and answered with 64 MiB of JSON',
  },
  'gzip-bomb': {
    fault: { kind: 'gzip-bomb' },
    explanation: 'executed, and answered with a gzip of 256 MiB',
  },
  'clock-off': {
    fault: { kind: 'clock-skew', offsetSeconds: 3600 },
    explanation: 'checked by a clock that is an hour ahead: 100000004',
  },
} as const satisfies Record<string, Preset>;

/** Returns the fault of a preset, or `undefined` for an unknown name. */
export function findFaultPreset(name: string): SandboxFault | undefined {
  return isPreset(name) ? faultPresets[name].fault : undefined;
}

function isPreset(name: string): name is keyof typeof faultPresets {
  return Object.hasOwn(faultPresets, name);
}
