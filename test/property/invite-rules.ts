/** What an invite may be wrong in. */
export type Rule =
  | 'duplicate callee'
  | 'extended data bytes'
  | 'extended data type'
  | 'half a surrogate pair'
  | 'id bytes'
  | 'id characters'
  | 'id empty'
  | 'id type'
  | 'inherited name'
  | 'list of callees'
  | 'no callee'
  | 'no number in JSON'
  | 'push fields the page does not list'
  | 'push switch'
  | 'push text type'
  | 'push type'
  | 'ten callees'
  | 'timeout range'
  | 'timeout type'
  | 'unknown property'
  | 'whole seconds';

/** A broken rule, and the field that breaks it. */
export interface Breach {
  readonly path: string;
  readonly rule: Rule;
}

const allowedIn = new Set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ');
for (const symbol of '!#$%&()+-:;<=.>?@[]^_{}|~') allowedIn.add(symbol);

/** The rules that an invite breaks, of the vendor's page and of this package. One that breaks none must pass. */
export function breachesOf(invite: Readonly<Record<string, unknown>>): Breach[] {
  const paths = new Set([...Object.keys(fields), ...Object.keys(invite)]);
  return [...paths].flatMap((path): Breach[] => {
    if (path in Object.prototype) return [{ path, rule: 'inherited name' }];
    const rules = Object.hasOwn(fields, path) ? fields[path]?.(invite[path]) : undefined;
    return rules === undefined
      ? [{ path, rule: 'unknown property' }]
      : rules.map((rule) => (typeof rule === 'string' ? { path, rule } : rule));
  });
}

type Finding = Rule | Breach;

const fields: Record<string, (value: unknown) => Finding[]> = {
  fromUserId: idRules,
  userIds: calleeRules,
  timeoutSeconds: timeoutRules,
  extendedData: extendedDataRules,
  offlinePush: pushRules,
};

function idRules(id: unknown): Rule[] {
  if (typeof id !== 'string') return ['id type'];
  if (id === '') return ['id empty'];
  const rules: Rule[] = [];
  if (Buffer.byteLength(id) > 32) rules.push('id bytes');
  if (Array.from(id).some((character) => !allowedIn.has(character))) rules.push('id characters');
  return rules;
}

function calleeRules(ids: unknown): Rule[] {
  if (!Array.isArray(ids)) return ['list of callees'];
  const rules: Rule[] = ids.flatMap(idRules);
  if (ids.length === 0) rules.push('no callee');
  if (ids.length > 9) rules.push('ten callees');
  if (new Set(ids).size < ids.length) rules.push('duplicate callee');
  return rules;
}

function timeoutRules(seconds: unknown): Rule[] {
  if (seconds === undefined || seconds === null) return [];
  if (typeof seconds !== 'number') return ['timeout type'];
  if (!Number.isFinite(seconds)) return ['no number in JSON'];
  const rules: Rule[] = [];
  if (seconds < 0 || seconds > 600) rules.push('timeout range');
  if (!Number.isInteger(seconds)) rules.push('whole seconds');
  return rules;
}

function extendedDataRules(text: unknown): Rule[] {
  if (text === undefined || text === null) return [];
  if (typeof text !== 'string') return ['extended data type'];
  return [
    ...(Buffer.byteLength(text) > 2048 ? ['extended data bytes' as const] : []),
    ...brokenText(text),
  ];
}

/** UTF-8 has no form for half a surrogate pair, so it does not come back. */
function brokenText(text: string): Rule[] {
  return Buffer.from(text).toString() === text ? [] : ['half a surrogate pair'];
}

function pushRules(push: unknown): Finding[] {
  if (push === undefined || push === null) return [];
  if (typeof push !== 'object' || Array.isArray(push)) return ['push type'];
  return Object.entries(push).flatMap(([name, value]: [string, unknown]) => {
    const at = (rule: Rule): Breach => ({ path: `offlinePush.${name}`, rule });
    if (value === undefined || value === null) return [];
    if (name === 'enable') return value === 0 || value === 1 ? [] : [at('push switch')];
    if (['title', 'content', 'payload'].includes(name)) {
      return (typeof value === 'string' ? brokenText(value) : ['push text type' as const]).map(at);
    }
    if (!unlistedNames.includes(name)) return [at('unknown property')];
    return goodUnlisted.some(([known, good]) => known === name && good === value)
      ? []
      : [at('push fields the page does not list')];
  });
}

const image = { apns: { image: 'https://example.com/a.png' }, android: { fcm: null } };
const template = { templateId: 'template', titleParameters: '["a"]' };

/** Fields of a push that stand on the page of messages and not on that of invites. */
export const goodUnlisted: readonly (readonly [string, unknown])[] = [
  ['pushStrategyId', 'x'.repeat(32)],
  ['pushStrategyId', '😀'.repeat(32)],
  ['enableBadge', true],
  ['badgeIncrement', 0],
  ['badgeIncrement', 99],
  ['threadId', 'thread'],
  ['pushImageInfo', image],
  ['privateMessageTemplate', template],
];
export const badUnlisted: readonly (readonly [string, unknown])[] = [
  ['pushStrategyId', 'x'.repeat(33)],
  ['pushStrategyId', 7],
  ['enableBadge', 1],
  ['badgeIncrement', 100],
  ['badgeIncrement', -1],
  ['badgeIncrement', 1.5],
  ['threadId', ['thread']],
  ['threadId', '\ud83d'],
  ['pushImageInfo', 'https://example.com/a.png'],
  ['privateMessageTemplate', [template]],
];
const unlistedNames = goodUnlisted.map(([name]) => name);
