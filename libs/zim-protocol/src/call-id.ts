import { zimLimits } from './limits.js';

/** By code points; without control characters, which would break log lines, and without halves of surrogate pairs. */
const callId = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${zimLimits.callIdCharacters}}$`, 'u');

/**
 * Whether a text can be ZIM's id of a call: 1 to 32 characters. The examples of invites are decimal numbers of 20
 * digits, that of accepting is `call123`, and no page says more.
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation
 */
export function isZimCallId(id: string): boolean {
  return callId.test(id);
}
