import { zimReturnCodes } from 'zim-protocol';
import { type DeliveryChange } from '../callbacks/callbacks.js';
import { type ControlParts } from '../control/control.js';
import { isExampleApp } from '../core/example-app.js';
import { appIdsOf } from '../core/settings.js';
import {
  type ConsoleApp,
  type ConsoleDelivery,
  type ConsoleEvent,
  type ConsoleSnapshot,
} from './console-events.js';

const requestsInPortion = 200;
const maxEndedCalls = 200;
const maxDeliveries = 1000;

const codes: ConsoleSnapshot['codes'] = Object.fromEntries(
  [...zimReturnCodes].map(([code, { meaning, advice }]) => [code, { meaning, advice }]),
);

/** All that the page shows, as it is at this moment: the requests come in portions, taken when they are asked for. */
export function everything(parts: ControlParts, version: string): Iterator<ConsoleEvent> {
  // Both at once, and only the portions later: what happens in the meantime comes after them.
  const whole = snapshot(parts, version);
  const requests = parts.journal.entries();
  return portions(whole, requests);
}

function* portions(
  whole: ConsoleSnapshot,
  requests: ReturnType<ControlParts['journal']['entries']>,
): Generator<ConsoleEvent> {
  yield whole;
  for (let start = 0; start < requests.length; start += requestsInPortion)
    yield { kind: 'requests', requests: requests.slice(start, start + requestsInPortion) };
}

function snapshot(parts: ControlParts, version: string): ConsoleSnapshot {
  const { settings, directory, calls, callbacks, faults } = parts;
  const appIds = appIdsOf(settings);
  return {
    kind: 'snapshot',
    version,
    url: parts.url,
    callsPerSecond: settings.callsPerSecond,
    codes,
    apps: appIds.map((appId) => appOf(parts, appId)),
    users: appIds.flatMap((appId) =>
      directory.list(appId).map((user) => ({
        ...user,
        appId,
        presence: directory.presence(user.userId, appId) ?? 'never-logged-in',
      })),
    ),
    calls: appIds.flatMap((appId) =>
      calls.newest(appId, maxEndedCalls).map((call) => ({ ...call, appId })),
    ),
    deliveries: appIds.flatMap((appId) =>
      callbacks.newest(appId, maxDeliveries).map(consoleDelivery),
    ),
    faults: faults.list(),
  };
}

export function appOf(
  { callbacks, settings }: Pick<ControlParts, 'callbacks' | 'settings'>,
  appId: number,
): ConsoleApp {
  const isExample = settings.apps.some((app) => app.appId === appId && isExampleApp(app));
  return { appId, callbackUrl: callbacks.url(appId) ?? null, isExample };
}

export function consoleDelivery({ delivery, nextAttemptAtMs }: DeliveryChange): ConsoleDelivery {
  return { ...delivery, nextAttemptAt: nextAttemptAtMs };
}
