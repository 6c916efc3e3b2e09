import { type SandboxFaultRule } from '../../src/core/fault.js';

export const presetNames = ['replyLost', 'halfReply', 'throttled', 'clockOff', 'slow'] as const;

export type PresetName = (typeof presetNames)[number];

/** Returns the rule that a preset button adds for an app. */
export function presetRule(name: PresetName, appId: number): SandboxFaultRule {
  const nextInvite = { match: { appId, action: 'CallInvite' }, times: 1 };
  switch (name) {
    case 'replyLost':
      return { ...nextInvite, fault: { kind: 'reset', when: 'after' } };
    case 'halfReply':
      return { ...nextInvite, fault: { kind: 'half-reply' } };
    case 'slow':
      return { ...nextInvite, fault: { kind: 'delay', ms: 3000 } };
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

/** Describes the fault of a rule with the field names of the control API, such as `delay ms=3000`. */
export function faultText({ fault }: SandboxFaultRule): string {
  const { kind, ...fields } = fault;
  return [kind, ...pairs(fields)].join(' ');
}

/** Describes which requests a rule matches, such as `action=CallInvite`; empty if it matches all. */
export function matchText({ match = {} }: SandboxFaultRule): string {
  return pairs(match).join(' ');
}

function pairs(fields: object): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
}
