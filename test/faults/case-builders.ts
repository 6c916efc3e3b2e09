import type { SandboxFault } from 'zim-sandbox';
import type { CaseSetup, FaultCase, ExpectedError, CaseTime, Words } from './fault-case.js';

type Expected = Omit<FaultCase, 'setup' | 'name' | 'error'>;

export const once: Expected = { attempts: 1, executed: 0, time: 'at once' };
export const executed: Expected = { ...once, executed: 1 };
export const unreachable: Expected = {
  attempts: 3,
  arrived: 0,
  executed: 0,
  time: { waitsMs: 600 },
};
export const atTimeLimit: CaseTime = { endsAt: 'requestTimeoutMs' };

export const notSent = (name: ExpectedError['name']): ExpectedError => ({
  name,
  outcome: 'not-sent',
});
export const unknown = (name: ExpectedError['name'], vendorCode?: number): ExpectedError => ({
  name,
  outcome: 'unknown',
  vendorCode,
});
export const connectionError = unknown('ZimConnectionError');
export const timeoutError = unknown('ZimTimeoutError');
export const protocolError = unknown('ZimProtocolError');

/** Two cases: a fault of the sandbox before and after it executes the invite. */
export function beforeAndAfter(
  [en, zh]: Words,
  fault: SandboxFault & { readonly when?: 'before' | 'after' },
  error: ExpectedError,
  more: Partial<FaultCase> = {},
  reused?: boolean,
): FaultCase[] {
  return (['before', 'after'] as const).map((when) => ({
    ...once,
    name: [
      `${en}, ${when} the call was made`,
      `${when === 'before' ? '呼叫建立之前' : '呼叫建立之后'}${zh}`,
    ],
    setup: { fault: { ...fault, when }, reused },
    error,
    executed: when === 'after' ? 1 : 0,
    ...more,
  }));
}

export function status(code: number): FaultCase[] {
  return beforeAndAfter(
    [`HTTP ${code}`, ` HTTP ${code}`],
    { kind: 'status', status: code },
    protocolError,
  );
}

/** A code that leaves open whether ZIM executed the invite. Here it did. */
export function unclearCode(code: number, [en, zh]: Words): FaultCase {
  return {
    ...executed,
    name: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    setup: { fault: { kind: 'code', code, when: 'after' } },
    error: unknown('ZimServiceError', code),
  };
}

export function throttled(code: number, [en, zh]: Words, expected: Expected): FaultCase {
  return {
    ...expected,
    name: [`code ${code}, ${en}`, `代码 ${code}，${zh}`],
    setup: { fault: { kind: 'code', code } },
    error: { name: 'ZimRateLimitError', outcome: 'refused', vendorCode: code },
  };
}

export const nextSlots: Expected = { attempts: 3, executed: 0, time: { waitsMs: 2_500 } };
export const eachTime: Words = ['throttled each time', '每次都被限流'];
export const otherThrottle: Words = ['a throttle of another operation', '其他接口的限流'];

export function faultCase(
  name: Words,
  setup: CaseSetup,
  expected: Expected,
  error?: ExpectedError,
): FaultCase {
  return { ...expected, name, setup, error };
}

export function acceptCase(
  name: Words,
  setup: CaseSetup,
  expected: Expected,
  error?: ExpectedError,
): FaultCase {
  return { ...faultCase(name, setup, expected, error), call: 'accept' };
}
