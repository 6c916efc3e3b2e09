import { utf8ByteLength, zimLimits } from 'zim-protocol';
import { type Refusal } from '../core/reply.js';

/** More than an id can have: the query operations are documented so. */
const maxIdBytes = 64;

/** Returns why ZIM would refuse the ids of a query operation: their number, as sent, then each. */
export function refuseUserList(
  ids: readonly string[],
  field: string,
  tooManyCode = 660000011,
): Refusal | undefined {
  if (ids.length === 0) return { code: 660000002, hint: `${field} must name at least one user` };
  if (ids.length > zimLimits.usersPerRequest)
    return {
      code: tooManyCode,
      hint: `${field} names ${ids.length} users, ${zimLimits.usersPerRequest} are allowed`,
    };
  const index = ids.findIndex((id) => id === '' || utf8ByteLength(id) > maxIdBytes);
  return index === -1
    ? undefined
    : {
        code: 660000002,
        hint: `${field} number ${index + 1} must have 1 to ${maxIdBytes} bytes`,
      };
}
