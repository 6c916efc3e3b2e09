import {
  type ConsoleApp,
  type ConsoleCall,
  type ConsoleCode,
  type ConsoleDelivery,
  type ConsoleEvent,
  type ConsoleMessage,
  type ConsoleSnapshot,
  type ConsoleUser,
} from '../../src/console/console-events.js';
import { type JournalEntry } from '../../src/core/journal.js';

/** `lost`: the page shows the state before the stream was interrupted. */
export type Connection = 'connecting' | 'live' | 'lost';

/** The state of the page. It is immutable: a change replaces the slice. */
export interface ConsoleState {
  readonly connection: Connection;
  /** How often the stream has connected. */
  readonly connections: number;
  /** The sandbox's clock minus this machine's. */
  readonly clockOffsetMs: number;
  readonly sandbox?: Pick<ConsoleSnapshot, 'version' | 'url' | 'callsPerSecond'>;
  readonly codes: Readonly<Record<string, ConsoleCode>>;
  readonly apps: readonly ConsoleApp[];
  readonly users: readonly ConsoleUser[];
  readonly calls: readonly ConsoleCall[];
  readonly deliveries: readonly ConsoleDelivery[];
  readonly faults: ConsoleSnapshot['faults'];
  /** By AppID, oldest first; requests without an AppID of the sandbox are under {@link unknownApp}. */
  readonly requests: Readonly<Record<string, readonly JournalEntry[]>>;
}

/** A change of the state. */
export type FeedItem =
  | { readonly kind: 'state'; readonly state: ConsoleState }
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** `receivedAt`: Unix time in milliseconds on this machine's clock. */
  | { readonly kind: 'message'; readonly message: ConsoleMessage; readonly receivedAt: number };

/** The key of requests without an AppID of the sandbox. */
export const unknownApp = 'unknown';
/** Per app; the default of the sandbox's journal. */
export const maxRequests = 10_000;
/** Per app. */
export const maxEndedCalls = 200;
/** Per app. */
export const maxDeliveries = 1000;

export const initialState: ConsoleState = {
  connection: 'connecting',
  connections: 0,
  clockOffsetMs: 0,
  codes: {},
  apps: [],
  users: [],
  calls: [],
  deliveries: [],
  faults: [],
  requests: {},
};

/** Returns the state after all items, in order. */
export function applyItems(state: ConsoleState, items: readonly FeedItem[]): ConsoleState {
  return mergeRequests(items).reduce(applyItem, state);
}

function applyItem(state: ConsoleState, item: FeedItem): ConsoleState {
  if (item.kind === 'state') return item.state;
  if (item.kind === 'connection') return { ...state, connection: item.connection };
  const { now, event } = item.message;
  const next = applyEvent(state, event);
  const connections = state.connections + (state.connection === 'live' ? 0 : 1);
  return { ...next, connection: 'live', connections, clockOffsetMs: now - item.receivedAt };
}

function applyEvent(state: ConsoleState, event: ConsoleEvent): ConsoleState {
  switch (event.kind) {
    case 'snapshot': {
      const { version, url, callsPerSecond, codes, apps, users, calls, deliveries, faults } = event;
      const sandbox = { version, url, callsPerSecond };
      return { ...initialState, sandbox, codes, apps, users, calls, deliveries, faults };
    }
    case 'requests':
      return { ...state, requests: withRequests(state, event.requests) };
    case 'call':
      return { ...state, calls: withCall(state.calls, event.call) };
    case 'user':
      return { ...state, users: upsert(state.users, event.user, sameUser) };
    case 'delivery':
      return { ...state, deliveries: withDelivery(state.deliveries, event.delivery) };
    case 'faults':
      return { ...state, faults: event.faults };
    case 'app':
      return { ...state, apps: upsert(state.apps, event.app, sameApp) };
    case 'clock':
      return state;
  }
}

/** Merges consecutive batches of requests, because applying a batch copies the list. */
function mergeRequests(items: readonly FeedItem[]): FeedItem[] {
  const result: FeedItem[] = [];
  let batch: JournalEntry[] = [];
  for (const item of items) {
    const previous = result.at(-1);
    if (isRequests(item) && previous !== undefined && isRequests(previous)) {
      batch.push(...item.message.event.requests);
      const event = { kind: 'requests', requests: batch } as const;
      result[result.length - 1] = { ...item, message: { now: item.message.now, event } };
    } else {
      batch = isRequests(item) ? [...item.message.event.requests] : [];
      result.push(item);
    }
  }
  return result;
}

type RequestsItem = FeedItem & {
  readonly kind: 'message';
  readonly message: { readonly event: { readonly kind: 'requests' } };
};

function isRequests(item: FeedItem): item is RequestsItem {
  return item.kind === 'message' && item.message.event.kind === 'requests';
}

function withRequests(
  state: ConsoleState,
  added: readonly JournalEntry[],
): ConsoleState['requests'] {
  const appIds = new Set(state.apps.map(({ appId }) => appId));
  const byApp = new Map<string, JournalEntry[]>();
  for (const entry of added) {
    const isKnown = entry.appId !== undefined && appIds.has(entry.appId);
    const app = isKnown ? String(entry.appId) : unknownApp;
    const entries = byApp.get(app) ?? [...(state.requests[app] ?? [])];
    byApp.set(app, entries);
    entries.push(entry);
  }
  const trimmed = [...byApp].map(([app, entries]): [string, readonly JournalEntry[]] => [
    app,
    entries.length > maxRequests ? entries.slice(-maxRequests) : entries,
  ]);
  return { ...state.requests, ...Object.fromEntries(trimmed) };
}

function upsert<Item>(
  list: readonly Item[],
  item: Item,
  isSame: (a: Item, b: Item) => boolean,
): Item[] {
  // Most changes are of recent items.
  const index = list.findLastIndex((candidate) => isSame(candidate, item));
  if (index < 0) return [...list, item];
  return [...list.slice(0, index), item, ...list.slice(index + 1)];
}

function withCall(calls: readonly ConsoleCall[], call: ConsoleCall): readonly ConsoleCall[] {
  const all = upsert(calls, call, sameCall);
  const ended = all.filter(({ appId, state }) => appId === call.appId && state === 'ended');
  if (ended.length <= maxEndedCalls) return all;
  // Keep the calls that ended last, as the sandbox does; the stable sort keeps the newer of two that ended together.
  ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  const dropped = new Set(ended.slice(0, -maxEndedCalls));
  return all.filter((one) => !dropped.has(one));
}

function withDelivery(
  deliveries: readonly ConsoleDelivery[],
  delivery: ConsoleDelivery,
): readonly ConsoleDelivery[] {
  const all = upsert(deliveries, delivery, sameId);
  const ofApp = all.filter(({ appId }) => appId === delivery.appId);
  // By id: a change does not make an old delivery one of the newest.
  ofApp.sort((a, b) => a.id - b.id);
  if (ofApp.length > maxDeliveries) return all.filter((one) => one !== ofApp[0]);
  return all;
}

function sameCall(a: ConsoleCall, b: ConsoleCall): boolean {
  return a.callId === b.callId && a.appId === b.appId;
}

function sameUser(a: ConsoleUser, b: ConsoleUser): boolean {
  return a.userId === b.userId && a.appId === b.appId;
}

function sameId(a: ConsoleDelivery, b: ConsoleDelivery): boolean {
  return a.id === b.id;
}

function sameApp(a: ConsoleApp, b: ConsoleApp): boolean {
  return a.appId === b.appId;
}
