import { zimLimits } from './limits.js';
import { utf8ByteLength } from './text.js';

/** The marks a ZIM user id may hold, besides ASCII letters, digits and the space. */
export const zimUserIdSymbols = '!#$%&()+-:;<=.>?@[]^_{}|~';

const allowed = /^[A-Za-z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~]*$/;
const firstForbidden = /[^A-Za-z0-9 !#$%&()+\-:;<=.>?@[\]^_{}|~]/u;

/**
 * Whether a text is a legal ZIM user id: 1 to 32 bytes of ASCII letters, digits, space and
 * {@link zimUserIdSymbols}.
 *
 * The vendor's Chinese CallInvite page once printed the `-` as an empty pair of quotes; every current page
 * has it, so UUID-like ids pass (without dashes, for a UUID with them is 36 bytes long).
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
export function isZimUserId(id: string): boolean {
  return id.length > 0 && id.length <= zimLimits.userIdBytes && allowed.test(id);
}

/** What is wrong with a user id, in words that follow the name of the field; `undefined` if nothing is. */
export function explainZimUserId(id: string): string | undefined {
  if (id.length === 0) return 'must not be empty';
  const forbidden = firstForbidden.exec(id)?.[0];
  if (forbidden !== undefined) {
    return `must not contain ${describeCharacter(forbidden)}: ASCII letters, digits, space and ${zimUserIdSymbols} are allowed`;
  }
  const bytes = utf8ByteLength(id);
  if (bytes <= zimLimits.userIdBytes) return undefined;
  const mend = bytes === 36 ? '; a UUID fits without its dashes' : '';
  return `must be at most ${zimLimits.userIdBytes} bytes long, is ${bytes}${mend}`;
}

function describeCharacter(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `'${character}' (U+${point})` : `U+${point}`;
}
