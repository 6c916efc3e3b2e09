import type { INestApplication } from '@nestjs/common';
import { CallInviteService, CallOutcomeService, isZimCallError } from 'nestjs-zim-call';
import { ZimSandbox } from 'zim-sandbox';
import { ScriptedServer } from '../../libs/zim-call/src/testing/scripted-server.js';
import { startFollowingApp } from '../support/following-app.js';

const secrets = { serverSecret: 'server-secret', callbackSecret: 'callback-secret' };

let sandbox: ZimSandbox;
let inbox: ScriptedServer;
let app: INestApplication;
let callbackUrl: string;
let callId: string;

type Act = () => PromiseLike<void> | void;

const accept =
  (userId: string): Act =>
  () => {
    sandbox.devices.accept({ callId, userId });
  };
const reject =
  (userId: string): Act =>
  () => {
    sandbox.devices.reject({ callId, userId });
  };
const timeIsUp: Act = () => sandbox.clock.advance(30_000);
const cancel: Act = () => {
  sandbox.devices.cancel({ callId, userId: 'alice' });
};
const loseCaller: Act = () => {
  sandbox.devices.disconnect({ userId: 'alice' });
};

interface Row {
  readonly name: string;
  readonly acts: readonly Act[];
  readonly callbacks: readonly string[];
  readonly states: readonly [bob: string, carol: string];
  readonly result: string;
}

/** Every way in which a call of the normal mode with two callees can end. */
const rows: Row[] = [
  {
    name: 'both accept',
    acts: [accept('bob'), accept('carol')],
    callbacks: ['call_create', 'call_accept', 'call_accept'],
    states: ['accepted', 'accepted'],
    result: 'accepted',
  },
  {
    name: 'one accepts, one rejects',
    acts: [accept('bob'), reject('carol')],
    callbacks: ['call_create', 'call_accept', 'call_reject'],
    states: ['accepted', 'rejected'],
    result: 'accepted',
  },
  {
    name: 'both reject',
    acts: [reject('bob'), reject('carol')],
    callbacks: ['call_create', 'call_reject', 'call_reject'],
    states: ['rejected', 'rejected'],
    result: 'rejected',
  },
  {
    name: 'nobody answers, the caller is online',
    acts: [timeIsUp],
    callbacks: ['call_create', 'call_cancel'],
    states: ['timed-out', 'timed-out'],
    result: 'timed-out',
  },
  {
    name: 'one accepts, one stays silent',
    acts: [accept('bob'), timeIsUp],
    callbacks: ['call_create', 'call_accept', 'call_timeout'],
    states: ['accepted', 'timed-out'],
    result: 'accepted',
  },
  {
    name: 'one rejects, one stays silent',
    acts: [reject('bob'), timeIsUp],
    callbacks: ['call_create', 'call_reject', 'call_timeout'],
    states: ['rejected', 'timed-out'],
    result: 'timed-out',
  },
  {
    name: 'the caller cancels',
    acts: [cancel],
    callbacks: ['call_create', 'call_cancel'],
    states: ['cancelled', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'one rejects, then the caller cancels',
    acts: [reject('bob'), cancel],
    callbacks: ['call_create', 'call_reject', 'call_cancel'],
    states: ['rejected', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'the caller is lost before anybody accepts',
    acts: [loseCaller],
    callbacks: ['call_create', 'call_cancel'],
    states: ['cancelled', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'one accepts, the caller is lost, one stays silent',
    acts: [accept('bob'), loseCaller, timeIsUp],
    callbacks: ['call_create', 'call_accept', 'call_timeout'],
    states: ['accepted', 'timed-out'],
    result: 'accepted',
  },
];

const orders: Record<string, (bodies: readonly string[]) => string[]> = {
  'in order': (bodies) => [...bodies],
  reversed: (bodies) => bodies.toReversed(),
  'each twice': (bodies) => bodies.flatMap((body) => [body, body]),
};

beforeEach(async () => {
  inbox = await ScriptedServer.start((response) => response.end());
  sandbox = await ZimSandbox.start({
    apps: [{ appId: 1, ...secrets }],
    users: ['alice', 'bob', 'carol'],
    callbackUrl: inbox.url,
    assumptions: { userActionCallbacks: 'no' },
  });
  ({ app, callbackUrl } = await startFollowingApp(sandbox));
});
afterEach(async () => {
  await app.close();
  await sandbox.stop();
  await inbox.stop();
});

/** Lets a row happen, and gives the bodies of the callbacks it caused, which the app has not seen yet. */
async function happen({ acts, callbacks, states }: Row): Promise<string[]> {
  const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
  ({ callId } = await app.get(CallInviteService).invite(invite));
  await sandbox.callbacks.idle();
  for (const act of acts) await act();
  await sandbox.callbacks.idle();
  const bodies = inbox.requests.map(({ body }) => body);
  const events = bodies.map((body) => (JSON.parse(body) as { event: string }).event);
  expect([...events].sort()).toEqual([...callbacks].sort());
  const call = sandbox.calls.get(callId);
  expect([call?.state, call?.callees.map(({ state }) => state)]).toEqual(['ended', states]);
  return bodies;
}

async function deliver(bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const response = await fetch(callbackUrl, { method: 'POST', body });
    expect(response.status).toBe(200);
  }
}

describe.each(rows)('$name', (row) => {
  it.each(Object.keys(orders))('is told right by callbacks %s', async (order) => {
    const bodies = await happen(row);
    await deliver(orders[order]?.(bodies) ?? []);
    const outcome = await app.get(CallOutcomeService).outcome(callId, { deadlineMs: 1_000 });
    expect(outcome.result).toBe(row.result);
    expect(outcome.callees.map(({ state }) => state)).toEqual(row.states);
  });

  it.each(row.callbacks.map((event, index) => [event, index] as const))(
    'is never told wrong without %s, the callback number %i',
    async (_, index) => {
      const bodies = await happen(row);
      await deliver(bodies.toSpliced(index, 1));
      const told = await app
        .get(CallOutcomeService)
        .outcome(callId, { deadlineMs: 1 })
        .then(
          ({ result }) => result,
          (error: unknown) => (isZimCallError(error) ? error.kind : error),
        );
      // `unknown` if the call has ended, `timeout` if nothing says so.
      expect([row.result, 'unknown', 'timeout']).toContain(told);
    },
  );
});
