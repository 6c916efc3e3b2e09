import { explainZimUserId, zimLimits } from 'zim-protocol';
import { explainFault } from './fault-table.js';
import { type SandboxFaultRule } from './fault.js';
import { isJsonObject, type JsonObject } from './json.js';
import { unknownNames } from './unknown-names.js';

const ruleFields = ['match', 'times', 'lastsMs', 'fault'];
const matchFields = ['action', 'appId', 'userId', 'attempt'];
const maxTimes = 1_000_000;
const countRule = `a whole number from 1 to ${maxTimes}`;
const maxLastsMs = 3_600_000;

/** A copy of a valid rule, or every problem of an invalid one. */
export type CheckedFaultRule =
  { readonly rule: SandboxFaultRule } | { readonly problems: readonly string[] };

/** Checks a value that should be a fault rule. */
export function checkFaultRule(value: unknown): CheckedFaultRule {
  return isFaultRule(value)
    ? { rule: structuredClone(value) }
    : { problems: explainFaultRule(value) };
}

function isFaultRule(value: unknown): value is SandboxFaultRule {
  return explainFaultRule(value).length === 0;
}

/** Returns every problem of a rule; each begins with the path of the field. */
function explainFaultRule(value: unknown): string[] {
  if (!isJsonObject(value))
    return ['a fault rule must be an object with a fault, and optionally match, times and lastsMs'];
  const { match, times, lastsMs, fault } = value;
  return [
    ...unknownNames(Object.keys(value), ruleFields),
    ...(match === undefined || isJsonObject(match)
      ? explainMatch(match ?? {})
      : ['match must be an object']),
    ...(times === undefined || isCount(times) ? [] : [`times must be ${countRule}`]),
    ...(lastsMs === undefined || isIntegerInRange(lastsMs, maxLastsMs)
      ? []
      : [`lastsMs must be a whole number from 1 to ${maxLastsMs}`]),
    ...(isJsonObject(fault)
      ? explainFault(fault).map((problem) => `fault.${problem}`)
      : ['fault must be an object with a kind']),
  ];
}

function explainMatch(match: JsonObject): string[] {
  const { action, appId, userId, attempt } = match;
  const problems = [...unknownNames(Object.keys(match), matchFields, 'match.')];
  if (action !== undefined && (typeof action !== 'string' || action === ''))
    problems.push('match.action must be a non-empty string');
  if (appId !== undefined && !isAppId(appId))
    problems.push('match.appId must be an unsigned 32-bit number');
  const wrongId = typeof userId === 'string' ? explainZimUserId(userId) : 'must be a string';
  if (userId !== undefined && wrongId !== undefined) problems.push(`match.userId ${wrongId}`);
  if (attempt !== undefined && !isCount(attempt))
    problems.push(`match.attempt must be ${countRule}`);
  return problems;
}

function isCount(value: unknown): boolean {
  return isIntegerInRange(value, maxTimes);
}

function isIntegerInRange(value: unknown, highest: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= highest;
}

function isAppId(value: unknown): boolean {
  return (
    typeof value === 'number' &&
    Number.isInteger(value) &&
    value >= 0 &&
    value <= zimLimits.maxAppId
  );
}
