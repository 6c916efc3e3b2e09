import { type JournalEntry } from '../../src/core/journal.js';

/** The users of a request: who acts, and who else is named in it. */
export interface NamedUsers {
  readonly from?: string;
  readonly to: readonly string[];
}

/** Finds the users of a request. The journal has requests as they arrived: any field may be missing or of any type. */
export function namedUsers({ query, body }: Pick<JournalEntry, 'query' | 'body'>): NamedUsers {
  const fields = isObject(body) ? body : {};
  const to = [
    ...splitList(query['UserId[]']),
    ...splitList(query['UserId']),
    ...toList(fields['UserId']),
    ...toList(fields['UserIds']),
    ...toList(fields['UserInfo']).map((user) => (isObject(user) ? user['UserId'] : undefined)),
  ].filter((userId) => typeof userId === 'string');
  const from = query['FromUserId'] ?? fields['FromUserId'];
  return typeof from === 'string' ? { from, to } : { to };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The journal joins repeated query parameters with commas, which no user id contains. */
function splitList(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',');
}

/** How a request relates to earlier ones. Only `overlaps` and `reuses-nonce` are warnings. */
export interface Repetition {
  readonly kind: 'none' | 'same-content' | 'overlaps' | 'reuses-nonce';
  /** Requests with the same content so far, including this one. */
  readonly count: number;
}

export function repetitionOf({ attempt, overlaps, reusesNonce }: JournalEntry): Repetition {
  const kind = attempt > 1 ? 'same-content' : 'none';
  return { kind: reusesNonce ? 'reuses-nonce' : overlaps ? 'overlaps' : kind, count: attempt };
}
