import { type Answer } from '../feed/api.js';

/** What came of a call that was placed from the page. */
export type CallResult =
  | {
      readonly kind: 'rings';
      readonly callId: string;
      readonly failed: readonly { readonly userId: string; readonly code: number }[];
      readonly hint?: string;
    }
  | { readonly kind: 'refused'; readonly code: number; readonly hint?: string }
  /** Nobody knows whether it rings. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The sandbox did not take the request to begin with. */
  | { readonly kind: 'failed'; readonly reason?: string };

/** Reads the answer of `POST /__/calls`. */
export function readCallResult(answer: Answer): CallResult {
  if (!answer.ok) return { kind: 'failed', reason: answer.error };
  const content = fieldsOf(answer.content);
  if (typeof content['error'] === 'string') return { kind: 'unknown', reason: content['error'] };
  const reply = fieldsOf(content['reply']);
  const hint = typeof content['hint'] === 'string' ? content['hint'] : undefined;
  const { Code: code, CallId: callId } = reply;
  if (typeof code !== 'number')
    return { kind: 'unknown', reason: `HTTP ${String(content['status'])}` };
  if (code !== 0 || typeof callId !== 'string') return { kind: 'refused', code, hint };
  return { kind: 'rings', callId, failed: readFailed(reply['ErrorUsers']), hint };
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
