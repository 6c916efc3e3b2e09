import { type JournalEntry } from '../../src/core/journal.js';
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

/** `lost`: what is shown was true when the stream broke off. */
export type Connection = 'connecting' | 'live' | 'lost';

/** What the page knows. Slices are replaced, never changed. */
export interface ConsoleState {
  readonly connection: Connection;
  /** How often the stream has come up, reconnecting included. */
  readonly connections: number;
  /** The sandbox's clock less this machine's. */
  readonly clockOffsetMs: number;
  readonly sandbox?: Pick<ConsoleSnapshot, 'version' | 'url' | 'callsPerSecond'>;
  readonly codes: Readonly<Record<string, ConsoleCode>>;
  readonly apps: readonly ConsoleApp[];
  readonly users: readonly ConsoleUser[];
  readonly calls: readonly ConsoleCall[];
  readonly deliveries: readonly ConsoleDelivery[];
  readonly faults: ConsoleSnapshot['faults'];
  /** By AppID; those that name no app of the sandbox under {@link strangers}. Oldest first. */
  readonly requests: Readonly<Record<string, readonly JournalEntry[]>>;
}

/** Something that changes the state. */
export type FeedItem =
  | { readonly kind: 'state'; readonly state: ConsoleState }
  | { readonly kind: 'connection'; readonly connection: Connection }
  /** `receivedAt`: this machine's clock. */
  | { readonly kind: 'message'; readonly message: ConsoleMessage; readonly receivedAt: number };

/** Whose requests name no app of the sandbox. */
export const strangers = 'strangers';
/** Of each app, as the sandbox's own journal keeps them by default. */
export const maxRequests = 10_000;
/** Of each app, and so are the callbacks. */
export const maxEndedCalls = 200;
export const maxDeliveries = 1000;

export const emptyState: ConsoleState = {
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

/** The state after all items, in their order. */
export function advance(state: ConsoleState, items: readonly FeedItem[]): ConsoleState {
  return merged(items).reduce(step, state);
}

function step(state: ConsoleState, item: FeedItem): ConsoleState {
  if (item.kind === 'state') return item.state;
  if (item.kind === 'connection') return { ...state, connection: item.connection };
  const { now, event } = item.message;
  const next = apply(state, event);
  const connections = state.connections + (state.connection === 'live' ? 0 : 1);
  return { ...next, connection: 'live', connections, clockOffsetMs: now - item.receivedAt };
}

function apply(state: ConsoleState, event: ConsoleEvent): ConsoleState {
  switch (event.kind) {
    case 'snapshot': {
      const { version, url, callsPerSecond, codes, apps, users, calls, deliveries, faults } = event;
      const sandbox = { version, url, callsPerSecond };
      return { ...emptyState, sandbox, codes, apps, users, calls, deliveries, faults };
    }
    case 'requests':
      return { ...state, requests: withRequests(state, event.requests) };
    case 'call':
      return { ...state, calls: withCall(state.calls, event.call) };
    case 'user':
      return { ...state, users: put(state.users, event.user, sameUser) };
    case 'delivery':
      return { ...state, deliveries: withDelivery(state.deliveries, event.delivery) };
    case 'faults':
      return { ...state, faults: event.faults };
    case 'app':
      return { ...state, apps: put(state.apps, event.app, sameApp) };
    case 'clock':
      return state;
  }
}

/** Puts portions of requests that follow each other together: each costs a copy of the list. */
function merged(items: readonly FeedItem[]): FeedItem[] {
  const result: FeedItem[] = [];
  let portions: JournalEntry[] = [];
  for (const item of items) {
    const before = result.at(-1);
    if (isRequests(item) && before !== undefined && isRequests(before)) {
      portions.push(...item.message.event.requests);
      const event = { kind: 'requests', requests: portions } as const;
      result[result.length - 1] = { ...item, message: { now: item.message.now, event } };
    } else {
      portions = isRequests(item) ? [...item.message.event.requests] : [];
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
  news: readonly JournalEntry[],
): ConsoleState['requests'] {
  const known = new Set(state.apps.map(({ appId }) => appId));
  const byApp = new Map<string, JournalEntry[]>();
  for (const entry of news) {
    const isKnown = entry.appId !== undefined && known.has(entry.appId);
    const app = isKnown ? String(entry.appId) : strangers;
    const entries = byApp.get(app) ?? [...(state.requests[app] ?? [])];
    byApp.set(app, entries);
    entries.push(entry);
  }
  const changed = [...byApp].map(([app, entries]): [string, readonly JournalEntry[]] => [
    app,
    entries.length > maxRequests ? entries.slice(-maxRequests) : entries,
  ]);
  return { ...state.requests, ...Object.fromEntries(changed) };
}

function put<One>(list: readonly One[], one: One, isSame: (a: One, b: One) => boolean): One[] {
  // What changes is mostly what came last.
  const index = list.findLastIndex((candidate) => isSame(candidate, one));
  if (index < 0) return [...list, one];
  return [...list.slice(0, index), one, ...list.slice(index + 1)];
}

function withCall(calls: readonly ConsoleCall[], call: ConsoleCall): readonly ConsoleCall[] {
  const all = put(calls, call, sameCall);
  const ended = all.filter(({ appId, state }) => appId === call.appId && state === 'ended');
  if (ended.length <= maxEndedCalls) return all;
  // Those that ended last stay, as the sandbox has it; of those that ended together, those made last.
  ended.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
  const old = new Set(ended.slice(0, -maxEndedCalls));
  return all.filter((one) => !old.has(one));
}

function withDelivery(
  deliveries: readonly ConsoleDelivery[],
  delivery: ConsoleDelivery,
): readonly ConsoleDelivery[] {
  const all = put(deliveries, delivery, sameId);
  const ofApp = all.filter(({ appId }) => appId === delivery.appId);
  // By their numbers: one that changes late, but was too old to be kept, is none of the newest.
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
