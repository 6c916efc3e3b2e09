import type { AttemptWatch, CallObserver, CallWatch } from '../client/call-observer.js';

/** Tells each of the observers; what one of them throws harms neither the call nor the others. */
export function guarded(observers: readonly CallObserver[]): CallObserver {
  return {
    callStarted: (action) => guardedCall(each(observers, (one) => one.callStarted(action))),
  };
}

function guardedCall(watches: readonly CallWatch[]): CallWatch {
  return {
    waited: (waitMs) => {
      each(watches, (one) => {
        one.waited(waitMs);
      });
    },
    attemptStarted: (...attempt) =>
      guardedAttempt(each(watches, (one) => one.attemptStarted(...attempt))),
    ended: (end, attempts) => {
      each(watches, (one) => {
        one.ended(end, attempts);
      });
    },
  };
}

function guardedAttempt(watches: readonly AttemptWatch[]): AttemptWatch {
  return {
    run: (send) => sendOnce(watches, send),
    ended: (end) => {
      each(watches, (one) => {
        one.ended(end);
      });
    },
  };
}

/** Whatever surroundings do, the request is sent, once, and its result is what the sending gave. */
function sendOnce<T>(watches: readonly AttemptWatch[], send: () => Promise<T>): Promise<T> {
  let sending: Promise<T> | undefined;
  // A send that throws at once must not look like surroundings that did, or it would be sent twice.
  const begin = async () => send();
  const once = () => (sending ??= begin());
  const inside = watches.reduce<() => Promise<T>>((inner, one) => () => one.run(inner), once);
  each([inside], (start) => {
    // A promise of the surroundings' own is nobody's: the sending's is what counts.
    start().catch(() => undefined);
  });
  return once();
}

/** What the items gave that did not throw. */
function each<T, R>(items: readonly T[], work: (item: T) => R): R[] {
  return items.flatMap((item) => {
    try {
      return [work(item)];
    } catch {
      return [];
    }
  });
}
