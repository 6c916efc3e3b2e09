import { findZimAction } from 'zim-protocol';
import { isJsonObject } from '../core/json.js';
import { type Refusal } from '../core/reply.js';
import { type GatewayCheck } from './request-context.js';

/** Checks the operation, its quota, its method and its body. */
export const dispatchChecks: readonly GatewayCheck[] = [
  {
    name: 'the Action is known',
    refuse: ({ action, query }) =>
      action === undefined
        ? { code: 100000007, ...explainAction(query.get('Action') ?? '') }
        : undefined,
  },
  {
    name: 'the quota is not used up',
    refuse: ({ action, app, nowMs }, { quota }) =>
      action === undefined || app === undefined || quota.take(app.appId, action.name, nowMs)
        ? undefined
        : {
            code: action.facts.throttleCode,
            hint: `the quota is used up: ${quota.describe()}`,
            cause: 'quota-exceeded',
          },
  },
  {
    name: "the method is the Action's",
    refuse: ({ action, method }) =>
      action === undefined || method === action.facts.method
        ? undefined
        : { code: 660000002, hint: `${action.name} takes ${action.facts.method}` },
  },
  {
    name: 'the body of a POST can be read',
    refuse: ({ action, body }) =>
      body.readable || action?.facts.method === 'GET'
        ? undefined
        : { code: 100000012, hint: body.reason },
  },
  {
    name: 'the body of a POST is a JSON object',
    refuse: ({ action, body }) =>
      body.readable && action?.facts.method !== 'GET' && !isJsonObject(body.json)
        ? {
            code: 660000002,
            hint:
              typeof body.json === 'string'
                ? 'the body is a JSON string: the object was serialized twice'
                : 'the body must be a JSON object',
          }
        : undefined,
  },
];

function explainAction(name: string): Omit<Refusal, 'code'> {
  return findZimAction(name) === undefined
    ? { hint: 'unknown Action; names are case-sensitive' }
    : {
        hint: 'the Action is documented, but this sandbox does not implement it',
        cause: 'action-not-emulated',
      };
}
