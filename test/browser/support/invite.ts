import { randomBytes } from 'node:crypto';
import { signZimRequest } from 'zim-protocol';
import type { ZimSandbox } from 'zim-sandbox';

/**
 * Sends a signed CallInvite over HTTP.
 *
 * @returns the CallId; empty if the call was refused
 */
export async function invite(
  sandbox: Pick<ZimSandbox, 'url' | 'app'> & { readonly clock: { now(): number } },
  body: Record<string, unknown> = {},
  signatureNonce = randomBytes(8).toString('hex'),
  signal: AbortSignal | null = null,
): Promise<string> {
  const { appId, serverSecret } = sandbox.app;
  const timestampSeconds = Math.floor(sandbox.clock.now() / 1000);
  const query = new URLSearchParams({
    Action: 'CallInvite',
    AppId: String(appId),
    SignatureNonce: signatureNonce,
    SignatureVersion: '2.0',
    Timestamp: String(timestampSeconds),
    Signature: signZimRequest({ appId, signatureNonce, serverSecret, timestampSeconds }),
  });
  const response = await fetch(`${sandbox.url}/?${query.toString()}`, {
    method: 'POST',
    signal,
    body: JSON.stringify({ FromUserId: 'alice', UserIds: ['bob'], OfflinePush: {}, ...body }),
  });
  const { CallId } = (await response.json()) as { CallId?: string };
  return CallId ?? '';
}
