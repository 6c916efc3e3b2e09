import { utf8ByteLength, zimLimits } from 'zim-protocol';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { type Refusal } from '../core/reply.js';
import { refuseUserId } from '../core/user-rules.js';

/** A valid CallInvite body. */
export interface CallInviteRequest {
  readonly caller: string;
  /** As sent, with duplicates. */
  readonly callees: readonly string[];
  readonly timeoutSeconds: number;
  readonly extendedData?: string;
  readonly offlinePush: JsonObject;
}

const documentedFields = new Set([
  'FromUserId',
  'UserIds',
  'Timeout',
  'ExtendedData',
  'OfflinePush',
]);

/**
 * Reads a CallInvite body. Checks the ids, their number, then the optional fields and OfflinePush. An optional field
 * that is null counts as absent. Duplicate callees count towards the limit.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
export function parseCallInvite(
  body: JsonObject,
  { longUserId }: Pick<SandboxAssumptions, 'longUserId'>,
): CallInviteRequest | Refusal {
  const caller = body.FromUserId;
  const callees = body.UserIds;
  const timeout = body.Timeout ?? undefined;
  const extendedData = body.ExtendedData ?? undefined;
  const offlinePush = body.OfflinePush;

  if (typeof caller !== 'string') return invalid('FromUserId must be a string');
  if (!isStringArray(callees) || callees.length === 0)
    return invalid('UserIds must be a non-empty array of strings');
  const wrongId = refuseIds(caller, callees, Number(longUserId));
  if (wrongId !== undefined) return wrongId;
  if (callees.length > zimLimits.callees)
    return {
      code: 660900007,
      hint: `UserIds names ${callees.length} callees, ${zimLimits.callees} are allowed`,
    };
  if (timeout !== undefined && !isTimeout(timeout))
    return invalid(`Timeout must be a number of seconds from 0 to ${zimLimits.timeoutSeconds}`);
  if (extendedData !== undefined && !isShortString(extendedData))
    return invalid(
      `ExtendedData must be a string of at most ${zimLimits.extendedDataBytes} UTF-8 bytes`,
    );
  if (!isJsonObject(offlinePush))
    return invalid(
      'OfflinePush must be an object: it is required, though every field in it is optional',
    );
  return (
    refuseOfflinePush(offlinePush) ?? {
      caller,
      callees,
      timeoutSeconds:
        timeout === undefined || timeout === 0 ? zimLimits.defaultTimeoutSeconds : timeout,
      extendedData,
      offlinePush,
    }
  );
}

/** Returns the fields that the vendor's page does not document, such as misspelt ones. */
export function unknownFields(body: JsonObject): string[] {
  return Object.keys(body).filter((name) => !documentedFields.has(name));
}

function refuseIds(
  caller: string,
  callees: readonly string[],
  longIdCode: number,
): Refusal | undefined {
  const ids = [['FromUserId', caller], ...callees.map((id, index) => [`UserIds[${index}]`, id])];
  for (const [field = '', id = ''] of ids) {
    const refusal = refuseUserId(id, longIdCode);
    if (refusal !== undefined) return { code: refusal.code, hint: `${field} ${refusal.hint}` };
  }
  return undefined;
}

/** Checks the four fields whose types the CallInvite page states; the others are not checked. */
function refuseOfflinePush(push: JsonObject): Refusal | undefined {
  const enable = push.Enable ?? 0;
  if (enable !== 0 && enable !== 1) return invalid('OfflinePush.Enable must be the number 0 or 1');
  const wrong = ['Title', 'Content', 'Payload'].find(
    (name) => typeof (push[name] ?? '') !== 'string',
  );
  return wrong === undefined ? undefined : invalid(`OfflinePush.${wrong} must be a string`);
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= zimLimits.timeoutSeconds;
}

function isShortString(value: unknown): value is string {
  return typeof value === 'string' && utf8ByteLength(value) <= zimLimits.extendedDataBytes;
}

function invalid(hint: string): Refusal {
  return { code: 660000002, hint };
}
