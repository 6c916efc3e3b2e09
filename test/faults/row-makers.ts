import type { SandboxFault } from 'zim-sandbox';
import type { Doing, FaultRow, RowError, RowTime, Words } from './fault-row.js';

export type ErrorRow = Omit<FaultRow, 'doing' | 'what' | 'error'>;

export const once: ErrorRow = { attempts: 1, executed: 0, time: 'at once' };
export const carriedOut: ErrorRow = { ...once, executed: 1 };
export const unreachable: ErrorRow = { attempts: 3, seen: 0, executed: 0, time: { waitsMs: 600 } };
export const timesOut: RowTime = { endsAt: 'requestTimeoutMs' };

export const notSent = (name: RowError['name']): RowError => ({ name, outcome: 'not-sent' });
export const unknown = (name: RowError['name'], vendorCode?: number): RowError => ({
  name,
  outcome: 'unknown',
  vendorCode,
});
export const broken = unknown('ZimConnectionError');
export const late = unknown('ZimTimeoutError');
export const noAnswer = unknown('ZimProtocolError');

/** A fault of the sandbox that comes before or after the invite is carried out. */
export function twoMoments(
  [en, zh]: Words,
  fault: SandboxFault & { readonly when?: 'before' | 'after' },
  error: RowError,
  more: Partial<FaultRow> = {},
  reused?: boolean,
): FaultRow[] {
  return (['before', 'after'] as const).map((when) => ({
    ...once,
    what: [
      `${en}, ${when} the call was made`,
      `${when === 'before' ? '呼叫建立之前' : '呼叫建立之后'}${zh}`,
    ],
    doing: { fault: { ...fault, when }, reused },
    error,
    executed: when === 'after' ? 1 : 0,
    ...more,
  }));
}

export function status(code: number): FaultRow[] {
  return twoMoments([`HTTP ${code}`, ` HTTP ${code}`], { kind: 'status', status: code }, noAnswer);
}

/** A code after which ZIM may have done its work: here it has. */
export function openCode(code: number, [en, zh]: Words): FaultRow {
  return {
    ...carriedOut,
    what: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    doing: { fault: { kind: 'code', code, when: 'after' } },
    error: unknown('ZimServiceError', code),
  };
}

export function throttled(code: number, [en, zh]: Words, rest: ErrorRow): FaultRow {
  return {
    ...rest,
    what: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    doing: { fault: { kind: 'code', code } },
    error: { name: 'ZimRateLimitError', outcome: 'refused', vendorCode: code },
  };
}

export const nextSlots: ErrorRow = { attempts: 3, executed: 0, time: { waitsMs: 2_500 } };
export const eachTime: Words = ['throttled each time', '每次都被限流'];
export const otherThrottle: Words = ['a throttle of another operation', '其他接口的限流'];

export function row(what: Words, doing: Doing, rest: ErrorRow, error?: RowError): FaultRow {
  return { ...rest, what, doing, error };
}

export function acceptRow(what: Words, doing: Doing, rest: ErrorRow, error?: RowError): FaultRow {
  return { ...row(what, doing, rest, error), call: 'accept' };
}
