import { type SandboxCallbacks } from '../callbacks/callbacks.js';
import { type Redactor } from '../core/redactor.js';
import {
  ControlError,
  readAppId,
  readLimit,
  readObject,
  readString,
  type Route,
} from './control-request.js';

/** Lists callbacks, sets their URL, and sends them again. */
export function createCallbackRoutes(
  callbacks: SandboxCallbacks,
  appIds: readonly number[],
  redactor: Redactor,
): Route[] {
  const urls = () =>
    Object.fromEntries(
      appIds.map((appId) => {
        const url = callbacks.url(appId);
        return [appId, url === undefined ? null : redactor.text(url)];
      }),
    );
  return [
    {
      method: 'GET',
      path: '/__/callbacks',
      description:
        'callbacks and their delivery, oldest first; ?appId= ?event= ?callId= ?limit= (the newest)',
      query: ['appId', 'event', 'callId', 'limit'],
      run: (query) => {
        const limit = readLimit(query.get('limit'));
        const [event, callId] = [query.get('event'), query.get('callId')];
        const deliveries = callbacks
          .deliveries(readAppId(query.get('appId'), appIds))
          .filter((delivery) => event === null || delivery.event === event)
          .filter((delivery) => callId === null || delivery.callId === callId);
        return {
          urls: urls(),
          deliveries: limit === undefined ? deliveries : deliveries.slice(-limit),
        };
      },
    },
    {
      method: 'POST',
      path: '/__/callbacks/url',
      description: 'sets the callback URL, null for none: { "appId"?, "url" }',
      run: (_, body) => {
        const json = readObject(body, ['appId', 'url']);
        const appId = readAppId(json.appId, appIds);
        const url = json.url === null ? undefined : readString(json, 'url');
        try {
          callbacks.setUrl(url, appId);
        } catch (error) {
          throw new ControlError(400, error instanceof Error ? error.message : String(error));
        }
        return { urls: urls() };
      },
    },
    {
      method: 'POST',
      path: '/__/callbacks/resend',
      description: 'sends a callback once more: { "id" }',
      run: async (_, body) => {
        const { id } = readObject(body, ['id']);
        if (typeof id !== 'number')
          throw new ControlError(400, 'id must be the number of a delivery.');
        if (!callbacks.deliveries().some((delivery) => delivery.id === id))
          throw new ControlError(404, `There is no delivery ${id}.`);
        try {
          return { delivery: await callbacks.resend(id) };
        } catch (error) {
          throw new ControlError(409, error instanceof Error ? error.message : String(error));
        }
      },
    },
  ];
}
