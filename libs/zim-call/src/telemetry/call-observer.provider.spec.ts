import type { CallObserver } from '../client/call-observer.js';
import { guarded } from './call-observer.provider.js';

const fail = () => {
  throw new Error('broken');
};

function recorder(): { readonly observer: CallObserver; readonly events: string[] } {
  const events: string[] = [];
  const observer: CallObserver = {
    callStarted: (action) => ({
      waited: (ms) => events.push(`${action} waited ${ms}`),
      attemptStarted: (attempt) => ({
        run: (send) => {
          events.push(`runs ${attempt}`);
          return send();
        },
        ended: ({ outcome }) => events.push(`attempt ${outcome}`),
      }),
      ended: ({ outcome }) => events.push(`call ${outcome}`),
    }),
  };
  return { observer, events };
}

const brokenAttempt: CallObserver = {
  callStarted: () => ({
    waited: fail,
    attemptStarted: () => ({ run: fail, ended: fail }),
    ended: fail,
  }),
};

/** Makes a whole call with the observers; returns how often it was sent, and its result or error. */
async function wholeCall(observers: readonly CallObserver[], send: () => Promise<string>) {
  const watch = guarded(observers).callStarted('CallInvite');
  watch.waited(3);
  const attempt = watch.attemptStarted(1, 'http://127.0.0.1:1', 'POST');
  let sent = 0;
  const result = await attempt
    .run(() => {
      sent++;
      return send();
    })
    .catch((error: unknown) => error);
  attempt.ended({ outcome: 'done' });
  watch.ended({ outcome: 'done' }, 1);
  return { sent, result };
}

describe('a guarded observer', () => {
  const brokenObservers: Record<string, CallObserver> = {
    'throws at the start of a call': { callStarted: fail },
    'throws at the start of an attempt': {
      callStarted: () => ({ waited: fail, attemptStarted: fail, ended: fail }),
    },
    'throws before sending': brokenAttempt,
    'throws after sending': runningBy((send) => {
      void send();
      return fail();
    }),
    'sends twice': runningBy(async (send) => {
      await send();
      return send();
    }),
    'never sends': runningBy(() => new Promise(() => undefined)),
    'rejects although the request succeeds': runningBy((send) => send().then(fail)),
  };

  it.each(Object.entries(brokenObservers))('sends once if an observer %s', async (_, broken) => {
    const { observer, events } = recorder();
    const end = await wholeCall([broken, observer], () => Promise.resolve('reply'));
    expect(end).toEqual({ sent: 1, result: 'reply' });
    expect(events.filter((line) => line !== 'runs 1')).toEqual([
      'CallInvite waited 3',
      'attempt done',
      'call done',
    ]);
  });

  it.each<[string, () => Promise<string>]>([
    ['rejects', () => Promise.reject(new Error('reset'))],
    [
      'throws synchronously',
      () => {
        throw new Error('reset');
      },
    ],
  ])('returns the error of a send that %s, and sends once', async (_, send) => {
    const { observer } = recorder();
    expect(await wholeCall([observer, brokenAttempt], send)).toEqual({
      sent: 1,
      result: new Error('reset'),
    });
  });
});

function runningBy(run: <T>(send: () => Promise<T>) => Promise<T>): CallObserver {
  const watch = { run, ended: () => undefined };
  return {
    callStarted: () => ({
      waited: () => undefined,
      attemptStarted: () => watch,
      ended: () => undefined,
    }),
  };
}
