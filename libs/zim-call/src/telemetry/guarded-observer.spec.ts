import type { CallObserver } from '../client/call-observer.js';
import { guarded } from './guarded-observer.js';

const fail = () => {
  throw new Error('broken');
};

function recorder(): { readonly observer: CallObserver; readonly told: string[] } {
  const told: string[] = [];
  const observer: CallObserver = {
    callStarted: (action) => ({
      waited: (ms) => told.push(`${action} waited ${ms}`),
      attemptStarted: (attempt) => ({
        run: (send) => {
          told.push(`runs ${attempt}`);
          return send();
        },
        ended: ({ outcome }) => told.push(`attempt ${outcome}`),
      }),
      ended: ({ outcome }) => told.push(`call ${outcome}`),
    }),
  };
  return { observer, told };
}

const brokenAttempt: CallObserver = {
  callStarted: () => ({
    waited: fail,
    attemptStarted: () => ({ run: fail, ended: fail }),
    ended: fail,
  }),
};

/** Runs a whole call past the observers; gives how often it was sent and what came of it. */
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
  const broken: Record<string, CallObserver> = {
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
    'rejects of its own': runningBy((send) => send().then(fail)),
  };

  it.each(Object.entries(broken))('sends once where one %s', async (_, one) => {
    const { observer, told } = recorder();
    const end = await wholeCall([one, observer], () => Promise.resolve('reply'));
    expect(end).toEqual({ sent: 1, result: 'reply' });
    expect(told.filter((line) => line !== 'runs 1')).toEqual([
      'CallInvite waited 3',
      'attempt done',
      'call done',
    ]);
  });

  it.each<[string, () => Promise<string>]>([
    ['rejects', () => Promise.reject(new Error('reset'))],
    [
      'throws at once',
      () => {
        throw new Error('reset');
      },
    ],
  ])('gives the failure of a send that %s, once', async (_, send) => {
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
