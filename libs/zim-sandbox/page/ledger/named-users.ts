import { type JournalEntry } from '../../src/core/journal.js';

/** Who acts in a request, and whom it names besides. */
export interface NamedUsers {
  readonly from?: string;
  readonly to: readonly string[];
}

/** A request is shown as it came: any field may be missing, or be anything. */
export function namedUsers({ query, body }: Pick<JournalEntry, 'query' | 'body'>): NamedUsers {
  const fields = isObject(body) ? body : {};
  const to = [
    ...splitList(query['UserId[]']),
    ...splitList(query['UserId']),
    ...listOf(fields['UserId']),
    ...listOf(fields['UserIds']),
    ...listOf(fields['UserInfo']).map((user) => (isObject(user) ? user['UserId'] : undefined)),
  ].filter((userId) => typeof userId === 'string');
  const from = query['FromUserId'] ?? fields['FromUserId'];
  return typeof from === 'string' ? { from, to } : { to };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The journal joins what came many times by commas, which no user id holds. */
function splitList(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',');
}
