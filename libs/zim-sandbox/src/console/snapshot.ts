import { zimReturnCodes } from 'zim-protocol';
import { type DeliveryChange } from '../callbacks/callbacks.js';
import { type ControlParts } from '../control/control.js';
import { appIdsOf, isExampleApp } from '../core/settings.js';
import {
  type ConsoleApp,
  type ConsoleDelivery,
  type ConsoleEvent,
  type ConsoleSnapshot,
} from './console-events.js';

const requestsPerBatch = 200;
const maxEndedCalls = 200;
const maxDeliveries = 1000;

const codes: ConsoleSnapshot['codes'] = Object.fromEntries(
  [...zimReturnCodes].map(([code, { meaning, advice }]) => [code, { meaning, advice }]),
);

/** Returns the present state as events: a snapshot, then the requests in batches that are created on demand. */
export function snapshotEvents(parts: ControlParts, version: string): Iterator<ConsoleEvent> {
  // Both are read now and only the batches are created later, so that later changes follow them.
  const state = snapshot(parts, version);
  const requests = parts.journal.entries();
  return batches(state, requests);
}

function* batches(
  state: ConsoleSnapshot,
  requests: ReturnType<ControlParts['journal']['entries']>,
): Generator<ConsoleEvent> {
  yield state;
  for (let start = 0; start < requests.length; start += requestsPerBatch)
    yield { kind: 'requests', requests: requests.slice(start, start + requestsPerBatch) };
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
