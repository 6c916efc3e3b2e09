import { isJsonObject, type JsonObject } from '../core/json.js';
import { type Redactor } from '../core/redactor.js';
import { type Settings } from '../core/settings.js';
import {
  ControlError,
  readAppId,
  readObject,
  readString,
  refuseUnknown,
  type Route,
} from './control-request.js';
import { sendSignedRequest } from './signed-request.js';

const fields = ['appId', 'fromUserId', 'userIds', 'timeoutSeconds', 'extendedData', 'offlinePush'];
const pushFields = ['title', 'content'];
const timeoutMs = 10_000;

export interface CallRouteParts {
  readonly settings: Settings;
  readonly url: string;
  readonly redactor: Redactor;
}

/** Places calls, as the console does. */
export function createCallRoutes({ settings, url, redactor }: CallRouteParts): Route[] {
  const appIds = settings.apps.map(({ appId }) => appId);
  return [
    {
      method: 'POST',
      path: '/__/calls',
      description:
        'signs and sends a CallInvite to this sandbox, and returns the reply: { "appId"?, "fromUserId", "userIds", "timeoutSeconds"?, "extendedData"?, "offlinePush"?: { "title"?, "content"? } }',
      run: async (_, requestBody) => {
        const json = readObject(requestBody, fields);
        const appId = readAppId(json.appId, appIds);
        const body = wireBody(json);
        const app = settings.apps.find((one) => one.appId === appId) ?? settings.apps[0];
        const nowMs = settings.clock.now();
        return redactor.json(
          await sendSignedRequest({ url, app, nowMs, action: 'CallInvite', body, timeoutMs }),
        );
      },
    },
  ];
}

/** Checks the types only: ids and limits are left to the gateway, whose refusal the caller is to see. */
function wireBody(json: JsonObject): JsonObject {
  const { userIds, timeoutSeconds, extendedData, offlinePush } = json;
  const FromUserId = readString(json, 'fromUserId');
  if (!Array.isArray(userIds) || !userIds.every((userId) => typeof userId === 'string'))
    throw new ControlError(400, 'userIds must be an array of strings.');
  // A number such as 1e400 is parsed as Infinity, which would be sent as null.
  if (timeoutSeconds !== undefined && !Number.isFinite(timeoutSeconds))
    throw new ControlError(400, 'timeoutSeconds must be a number.');
  return {
    FromUserId,
    UserIds: userIds,
    ...(timeoutSeconds === undefined ? {} : { Timeout: timeoutSeconds }),
    ...(extendedData === undefined ? {} : { ExtendedData: readString(json, 'extendedData') }),
    OfflinePush: wirePush(offlinePush),
  };
}

function wirePush(push: unknown): JsonObject {
  if (push === undefined) return { Enable: 0 };
  if (!isJsonObject(push)) throw new ControlError(400, 'offlinePush must be an object.');
  const prefix = 'offlinePush.';
  refuseUnknown(Object.keys(push), pushFields, prefix);
  return {
    Enable: 1,
    ...(push.title === undefined ? {} : { Title: readString(push, 'title', prefix) }),
    ...(push.content === undefined ? {} : { Content: readString(push, 'content', prefix) }),
  };
}
