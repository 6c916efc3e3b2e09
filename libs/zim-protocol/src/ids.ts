import { zimLimits } from './limits.js';
import { utf8ByteLength } from './text.js';

/** The symbols allowed in a ZIM user id, besides ASCII letters, digits and the space. */
export const zimUserIdSymbols = '!#$%&()+-:;<=.>?@[]^_{}|~';

const allowed = /^[A-Za-z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~]*$/;
const firstForbidden = /[^A-Za-z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~]/u;

/**
 * Returns whether a text is a valid ZIM user id: 1 to 32 bytes of ASCII letters, digits, space and
 * {@link zimUserIdSymbols}.
 *
 * The vendor's Chinese CallInvite page once printed the `-` as an empty pair of quotes; every current page has it.
 * A UUID is valid without dashes; with them it is 36 bytes long.
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
export function isZimUserId(id: string): boolean {
  return id.length > 0 && id.length <= zimLimits.userIdBytes && allowed.test(id);
}

/** Returns the problem of a user id, to follow the name of the field; `undefined` for a valid id. */
export function explainZimUserId(id: string): string | undefined {
  if (id.length === 0) return 'must not be empty';
  const forbidden = firstForbidden.exec(id)?.[0];
  if (forbidden !== undefined) {
    return `must not contain ${describeCharacter(forbidden)}: ASCII letters, digits, space and ${zimUserIdSymbols} are allowed`;
  }
  const bytes = utf8ByteLength(id);
  if (bytes <= zimLimits.userIdBytes) return undefined;
  const fix = bytes === 36 ? '; a UUID fits without its dashes' : '';
  return `must be at most ${zimLimits.userIdBytes} bytes long, is ${bytes}${fix}`;
}

function describeCharacter(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `'${character}' (U+${point})` : `U+${point}`;
}

/** Counts code points; refuses control characters, which would break log lines, and lone surrogates. */
const callId = new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${zimLimits.callIdCharacters}}$`, 'u');

/**
 * Returns whether a text can be a CallId: 1 to 32 characters. The examples of invites are decimal numbers of 20
 * digits, that of accepting is `call123`, and no page says more.
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation
 */
export function isZimCallId(id: string): boolean {
  return callId.test(id);
}
