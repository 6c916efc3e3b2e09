// What a request by hand needs, as people write it.
import { createHash, randomBytes } from 'node:crypto';
import { URLSearchParams } from 'node:url';

export const appId = 12345;
export const serverSecret = '0123456789abcdef0123456789abcdef';

/** The same call for every way; what is on the wire differs in headers alone. */
export const invite = {
  fromUserId: 'caller',
  userIds: ['callee-1', 'callee-2'],
  timeoutSeconds: 60,
  extendedData: JSON.stringify({ room: 'room-1', video: true }),
};

/** {@link invite} as ZIM wants it. */
export function wireBody() {
  return {
    FromUserId: invite.fromUserId,
    UserIds: invite.userIds,
    Timeout: invite.timeoutSeconds,
    ExtendedData: invite.extendedData,
    OfflinePush: { Enable: 0 },
  };
}

/** The public parameters with a new signature of version 2.0. */
export function signedParameters() {
  const nonce = randomBytes(8).toString('hex');
  const timestamp = Math.floor(Date.now() / 1_000);
  return {
    Action: 'CallInvite',
    AppId: String(appId),
    SignatureNonce: nonce,
    Timestamp: String(timestamp),
    SignatureVersion: '2.0',
    Signature: createHash('md5')
      .update(`${appId}${nonce}${serverSecret}${timestamp}`)
      .digest('hex'),
  };
}

/** `?Action=CallInvite&…` */
export function signedQuery() {
  return `?${new URLSearchParams(signedParameters())}`;
}

/** HTTP 200 alone says nothing: every way looks at `Code`. */
export function callIdOf(reply) {
  if (reply.Code !== 0) throw new Error(`ZIM answered ${reply.Code}: ${reply.Message}`);
  return reply.CallId;
}
