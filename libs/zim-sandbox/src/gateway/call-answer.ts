import { utf8ByteLength, zimActions, zimLimits } from 'zim-protocol';
import { type CallEngine } from '../calls/call-engine.js';
import { type CallRefusal } from '../calls/call-transitions.js';
import { type Refusal } from '../core/reply.js';
import { type Settings } from '../core/settings.js';
import { refuseUserId } from '../core/user-rules.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { type GatewayAction } from './request-context.js';

export interface CallAnswerParts {
  readonly directory: UserDirectory;
  readonly engine: CallEngine;
  readonly settings: Settings;
}

interface Answer {
  readonly userId: string;
  readonly callId: string;
  readonly extendedData?: string;
}

const maxCallIdLength = 32;

/**
 * Answers a call for a callee, whose device need not be online. Checks the parameters, the acting user, the call,
 * whether the user was invited, and last the state of the call.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation and
 * https://www.zegocloud.com/docs/zim-server/call-invitation/reject-a-call-invitation
 */
export function createCallAnswer(
  name: 'CallAccept' | 'CallReject',
  { directory, engine, settings }: CallAnswerParts,
): GatewayAction {
  return {
    name,
    facts: zimActions[name],
    emptyFields: {},
    run(appId, { query }) {
      const answer = parseAnswer(query, Number(settings.assumptions.longUserId));
      if ('code' in answer) return { ...answer, fields: {} };
      const { userId, callId, extendedData } = answer;
      if (!directory.has(userId, appId))
        return {
          code: 660500002,
          fields: {},
          hint: 'the acting user (FromUserId) is not registered with this AppID',
        };
      const refusal = engine.apply(
        appId,
        callId,
        { kind: name === 'CallAccept' ? 'accept' : 'reject', userId, extendedData },
        'server',
      );
      if (refusal === undefined) return { code: 0, fields: {} };
      return { ...refuse(refusal, settings), fields: {}, executed: false };
    },
  };
}

function refuse(refusal: CallRefusal | 'unknown', { assumptions }: Settings): Refusal {
  switch (refusal) {
    case 'unknown':
      return { code: 660900004, hint: 'no call of this AppID has that CallId' };
    case 'timed-out':
      return { code: 660900006, hint: 'the acting user did not answer before the timeout' };
    case 'ended':
      return {
        code: 660900005,
        hint: 'the call has ended: every callee has answered, or the caller has cancelled',
      };
    case 'answered':
      return {
        code: Number(assumptions.repeatAnswer),
        hint: `the acting user has given this answer already (repeatAnswer=${assumptions.repeatAnswer})`,
      };
    case 'answered-differently':
      return {
        code: Number(assumptions.changedAnswer),
        hint: `the acting user has given the opposite answer already, which stays valid (changedAnswer=${assumptions.changedAnswer})`,
      };
    // In these cases, the user has no invitation to answer.
    case 'not-invited':
    case 'not-the-caller':
    case 'accepted':
      return {
        code: 660900008,
        hint: 'the acting user (FromUserId) is not a callee of this call; the caller is not one either',
      };
  }
}

function parseAnswer(query: URLSearchParams, longIdCode: number): Answer | Refusal {
  const userId = query.get('FromUserId');
  const callId = query.get('CallId');
  const extendedData = query.get('ExtendedData') ?? undefined;
  if (userId === null) return invalid('FromUserId is missing from the query');
  const wrongId = refuseUserId(userId, longIdCode);
  if (wrongId !== undefined) return { code: wrongId.code, hint: `FromUserId ${wrongId.hint}` };
  if (!callId) return invalid('CallId is missing from the query, or empty');
  if (callId.length > maxCallIdLength)
    return invalid(`CallId must be at most ${maxCallIdLength} characters long`);
  if (extendedData !== undefined && utf8ByteLength(extendedData) > zimLimits.extendedDataBytes)
    return invalid(`ExtendedData must be at most ${zimLimits.extendedDataBytes} UTF-8 bytes long`);
  return { userId, callId, extendedData };
}

function invalid(hint: string): Refusal {
  return { code: 660000002, hint };
}
