import { useMemo, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useConsole } from '../feed/hooks.js';
import { unknownApp } from '../feed/state.js';
import { indexFrom, mergeById } from './by-id.js';
import { predicateOf, type RequestFilter } from './request-filter.js';
import { useFiltered } from './use-filtered.js';

/** The requests of an app and those without an AppID of the sandbox, after the user's filter, pause and clear. */
export interface Requests {
  /** The requests that match the filter, oldest first. */
  readonly rows: readonly JournalEntry[];
  /** The number of requests without the filter. */
  readonly total: number;
  readonly isPaused: boolean;
  /** The number of requests that arrived during the pause. */
  readonly newCount: number;
  readonly isCleared: boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
  readonly showCleared: () => void;
  /** Returns all requests that match the filter, oldest first, even if `rows` is not complete yet. */
  readonly collect: () => readonly JournalEntry[];
}

interface Lists {
  readonly ofApp: readonly JournalEntry[];
  readonly ofUnknownApps: readonly JournalEntry[];
  /** Identifies the run of the sandbox: request ids start again after a restart or a reset. */
  readonly sandbox: unknown;
}

const empty: readonly JournalEntry[] = [];

export function useRequests(appId: number, filter: RequestFilter): Requests {
  const ofApp = useConsole((state) => state.requests[appId] ?? empty);
  const ofUnknownApps = useConsole((state) => state.requests[unknownApp] ?? empty);
  const sandbox = useConsole((state) => state.sandbox);
  const [paused, setPaused] = useState<Lists>();
  const [cleared, setCleared] = useState<Lists>();
  const current = { ofApp, ofUnknownApps, sandbox };
  const shown = paused ?? current;
  const clearedId = lastIdOf(cleared, sandbox);
  const shownOfApp = useEntriesAfter(shown.ofApp, clearedId);
  const shownOfUnknownApps = useEntriesAfter(shown.ofUnknownApps, clearedId);
  const rowsOfApp = useFiltered(shownOfApp, filter);
  const rowsOfUnknownApps = useFiltered(shownOfUnknownApps, filter);
  return {
    rows: useMemo(() => mergeById(rowsOfApp, rowsOfUnknownApps), [rowsOfApp, rowsOfUnknownApps]),
    total: shownOfApp.length + shownOfUnknownApps.length,
    isPaused: paused !== undefined,
    newCount: paused === undefined ? 0 : countAfter(current, lastIdOf(paused, sandbox), clearedId),
    isCleared: clearedId > 0,
    pause: () => {
      setPaused(current);
    },
    resume: () => {
      setPaused(undefined);
    },
    clear: () => {
      setCleared(current);
    },
    showCleared: () => {
      setCleared(undefined);
    },
    collect: () => {
      const all = mergeById(shownOfApp, shownOfUnknownApps);
      const predicate = predicateOf(filter);
      return predicate === undefined ? all : all.filter(predicate);
    },
  };
}

function useEntriesAfter(list: readonly JournalEntry[], id: number): readonly JournalEntry[] {
  return useMemo(() => (id === 0 ? list : list.slice(indexFrom(list, id + 1))), [list, id]);
}

/** Returns the highest id; 0 if there is none, or for lists of another run of the sandbox. */
function lastIdOf(lists: Lists | undefined, sandbox: unknown): number {
  if (lists === undefined || lists.sandbox !== sandbox) return 0;
  return Math.max(lists.ofApp.at(-1)?.id ?? 0, lists.ofUnknownApps.at(-1)?.id ?? 0);
}

function countAfter({ ofApp, ofUnknownApps }: Lists, ...ids: readonly number[]): number {
  const next = Math.max(...ids) + 1;
  return [ofApp, ofUnknownApps].reduce(
    (count, list) => count + list.length - indexFrom(list, next),
    0,
  );
}
