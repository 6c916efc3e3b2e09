/** What came of a call that was placed from the page. */
export type CallResult =
  | {
      readonly kind: 'placed';
      readonly callId: string;
      /** Those of the callees who were invited. */
      readonly invited: readonly string[];
      readonly failed: readonly { readonly userId: string; readonly code: number }[];
      readonly hint?: string;
    }
  | { readonly kind: 'refused'; readonly code: number; readonly hint?: string }
  /** Nobody knows whether it rings. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Reads what `POST /__/calls` answered to a call of these users. */
export function readCallResult(answer: unknown, userIds: readonly string[]): CallResult {
  const content = fieldsOf(answer);
  if (typeof content['error'] === 'string') return { kind: 'unknown', reason: content['error'] };
  const reply = fieldsOf(content['reply']);
  const hint = typeof content['hint'] === 'string' ? content['hint'] : undefined;
  const { Code: code, CallId: callId } = reply;
  if (typeof code === 'number' && code !== 0) return { kind: 'refused', code, hint };
  // A success that names no call is none that can be relied on.
  if (code !== 0 || typeof callId !== 'string')
    return { kind: 'unknown', reason: `HTTP ${String(content['status'])}` };
  const failed = readFailed(reply['ErrorUsers']);
  const invited = userIds.filter((id) => !failed.some(({ userId }) => userId === id));
  return { kind: 'placed', callId, invited, failed, hint };
}

function readFailed(users: unknown): { userId: string; code: number }[] {
  if (!Array.isArray(users)) return [];
  return users.flatMap((user: unknown) => {
    const { UserId: userId, SubCode: code } = fieldsOf(user);
    return typeof userId === 'string' && typeof code === 'number' ? [{ userId, code }] : [];
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
