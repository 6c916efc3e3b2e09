import { type SandboxFaultRule } from '../../src/core/fault.js';

/** The fault of a rule in the sandbox's own words: `delay ms=3000`. */
export function faultText({ fault }: SandboxFaultRule): string {
  const { kind, ...fields } = fault;
  return [kind, ...pairs(fields)].join(' ');
}

/** What a rule is for: `action=CallInvite`; nothing if it is for every request. */
export function matchText({ match = {} }: SandboxFaultRule): string {
  return pairs(match).join(' ');
}

function pairs(fields: object): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`);
}
