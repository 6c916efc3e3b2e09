import { useMemo, useState } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { useConsole } from '../feed/hooks.js';
import { strangers } from '../feed/state.js';
import { indexFrom, mergeById } from './by-id.js';
import { passOf, type RequestFilter } from './request-filter.js';
import { useSift } from './use-sift.js';

/** The requests of an app and those that name none, as somebody wants to see them. */
export interface Requests {
  /** What passes the filter, oldest first. */
  readonly rows: readonly JournalEntry[];
  /** How many there are without the filter. */
  readonly total: number;
  readonly isPaused: boolean;
  /** How many have come during the pause. */
  readonly news: number;
  readonly isCleared: boolean;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly clear: () => void;
  readonly unclear: () => void;
  /** What passes the filter, also where it has not been looked for yet; oldest first. */
  readonly collect: () => readonly JournalEntry[];
}

interface Lists {
  readonly own: readonly JournalEntry[];
  readonly others: readonly JournalEntry[];
  /** Another sandbox, or one that was reset, has nothing to do with them. */
  readonly sandbox: unknown;
}

const none: readonly JournalEntry[] = [];

export function useRequests(appId: number, filter: RequestFilter): Requests {
  const own = useConsole((state) => state.requests[appId] ?? none);
  const others = useConsole((state) => state.requests[strangers] ?? none);
  const sandbox = useConsole((state) => state.sandbox);
  const [frozen, freeze] = useState<Lists>();
  const [cleared, setCleared] = useState<Lists>();
  const live = { own, others, sandbox };
  const shown = frozen ?? live;
  const hiddenId = lastIdOf(cleared, sandbox);
  const shownOwn = useAfter(shown.own, hiddenId);
  const shownOthers = useAfter(shown.others, hiddenId);
  const ownRows = useSift(shownOwn, filter);
  const otherRows = useSift(shownOthers, filter);
  return {
    rows: useMemo(() => mergeById(ownRows, otherRows), [ownRows, otherRows]),
    total: shownOwn.length + shownOthers.length,
    isPaused: frozen !== undefined,
    news: frozen === undefined ? 0 : countAfter(live, lastIdOf(frozen, sandbox), hiddenId),
    isCleared: hiddenId > 0,
    pause: () => {
      freeze(live);
    },
    resume: () => {
      freeze(undefined);
    },
    clear: () => {
      setCleared(live);
    },
    unclear: () => {
      setCleared(undefined);
    },
    collect: () => {
      const all = mergeById(shownOwn, shownOthers);
      const pass = passOf(filter);
      return pass === undefined ? all : all.filter(pass);
    },
  };
}

function useAfter(list: readonly JournalEntry[], id: number): readonly JournalEntry[] {
  return useMemo(() => (id === 0 ? list : list.slice(indexFrom(list, id + 1))), [list, id]);
}

/** 0 for none, and for those of another sandbox. */
function lastIdOf(lists: Lists | undefined, sandbox: unknown): number {
  if (lists === undefined || lists.sandbox !== sandbox) return 0;
  return Math.max(lists.own.at(-1)?.id ?? 0, lists.others.at(-1)?.id ?? 0);
}

function countAfter({ own, others }: Lists, ...ids: readonly number[]): number {
  const next = Math.max(...ids) + 1;
  return own.length - indexFrom(own, next) + others.length - indexFrom(others, next);
}
