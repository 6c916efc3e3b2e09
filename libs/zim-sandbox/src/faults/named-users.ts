import { isJsonObject } from '../core/json.js';

/** Everybody a request names: whoever acts first, then the others in their order. */
export function namedUsers(query: URLSearchParams, json: unknown): string[] {
  const body = isJsonObject(json) ? json : {};
  const named = [
    query.get('FromUserId'),
    body.FromUserId,
    ...query.getAll('UserId'),
    ...query.getAll('UserId[]'),
    body.UserId,
    ...listOf(body.UserIds),
    ...listOf(body.UserInfo).map((user) => (isJsonObject(user) ? user.UserId : undefined)),
  ];
  return named.filter((userId) => typeof userId === 'string');
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
