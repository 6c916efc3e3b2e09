import { type SandboxFaultRule } from '../../src/core/fault.js';

export const presetNames = ['replyLost', 'halfReply', 'throttled', 'clockOff', 'slow'] as const;

export type PresetName = (typeof presetNames)[number];

/** What goes wrong with one click, for one app. */
export function presetRule(name: PresetName, appId: number): SandboxFaultRule {
  const next = { match: { appId, action: 'CallInvite' }, times: 1 };
  switch (name) {
    case 'replyLost':
      return { ...next, fault: { kind: 'reset', when: 'after' } };
    case 'halfReply':
      return { ...next, fault: { kind: 'half-reply' } };
    case 'slow':
      return { ...next, fault: { kind: 'delay', ms: 3000 } };
    case 'throttled':
      return {
        match: { appId },
        lastsMs: 5000,
        fault: { kind: 'code', code: 660300005, retryAfterSeconds: 1 },
      };
    case 'clockOff':
      return { match: { appId }, fault: { kind: 'clock-skew', offsetSeconds: 660 } };
  }
}
