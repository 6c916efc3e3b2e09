import type { INestApplication } from '@nestjs/common';
import { CallInviteService, CallOutcomeService, isZimCallError } from 'nestjs-zim-call';
import { ScriptedServer } from 'nestjs-zim-call/testing';
import { ZimSandbox } from 'zim-sandbox';
import { startFollowingApp } from '../support/following-app.js';

const secrets = { serverSecret: 'server-secret', callbackSecret: 'callback-secret' };

let sandbox: ZimSandbox;
let inbox: ScriptedServer;
let app: INestApplication;
let callbackUrl: string;
let callId: string;

type Step = () => PromiseLike<void> | void;

const accept =
  (userId: string): Step =>
  () => {
    sandbox.devices.accept({ callId, userId });
  };
const reject =
  (userId: string): Step =>
  () => {
    sandbox.devices.reject({ callId, userId });
  };
const timeOut: Step = () => sandbox.clock.advance(30_000);
const cancel: Step = () => {
  sandbox.devices.cancel({ callId, userId: 'alice' });
};
const disconnectCaller: Step = () => {
  sandbox.devices.disconnect({ userId: 'alice' });
};

interface Ending {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly callbacks: readonly string[];
  readonly states: readonly [bob: string, carol: string];
  readonly result: string;
}

/** Every way in which a call of the normal mode with two callees can end. */
const endings: Ending[] = [
  {
    name: 'both accept',
    steps: [accept('bob'), accept('carol')],
    callbacks: ['call_create', 'call_accept', 'call_accept'],
    states: ['accepted', 'accepted'],
    result: 'accepted',
  },
  {
    name: 'one accepts, one rejects',
    steps: [accept('bob'), reject('carol')],
    callbacks: ['call_create', 'call_accept', 'call_reject'],
    states: ['accepted', 'rejected'],
    result: 'accepted',
  },
  {
    name: 'both reject',
    steps: [reject('bob'), reject('carol')],
    callbacks: ['call_create', 'call_reject', 'call_reject'],
    states: ['rejected', 'rejected'],
    result: 'rejected',
  },
  {
    name: 'no callee answers, the caller is online',
    steps: [timeOut],
    callbacks: ['call_create', 'call_cancel'],
    states: ['timed-out', 'timed-out'],
    result: 'timed-out',
  },
  {
    name: 'one accepts, one stays silent',
    steps: [accept('bob'), timeOut],
    callbacks: ['call_create', 'call_accept', 'call_timeout'],
    states: ['accepted', 'timed-out'],
    result: 'accepted',
  },
  {
    name: 'one rejects, one stays silent',
    steps: [reject('bob'), timeOut],
    callbacks: ['call_create', 'call_reject', 'call_timeout'],
    states: ['rejected', 'timed-out'],
    result: 'timed-out',
  },
  {
    name: 'the caller cancels',
    steps: [cancel],
    callbacks: ['call_create', 'call_cancel'],
    states: ['cancelled', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'one rejects, then the caller cancels',
    steps: [reject('bob'), cancel],
    callbacks: ['call_create', 'call_reject', 'call_cancel'],
    states: ['rejected', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'the caller disconnects before a callee accepts',
    steps: [disconnectCaller],
    callbacks: ['call_create', 'call_cancel'],
    states: ['cancelled', 'cancelled'],
    result: 'cancelled',
  },
  {
    name: 'one accepts, the caller disconnects, one stays silent',
    steps: [accept('bob'), disconnectCaller, timeOut],
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

beforeAll(async () => {
  inbox = await ScriptedServer.start((response) => response.end());
  sandbox = await ZimSandbox.start({
    apps: [{ appId: 1, ...secrets }],
    users: ['alice', 'bob', 'carol'],
    callbackUrl: inbox.url,
    assumptions: { userActionCallbacks: 'no' },
  });
  ({ app, callbackUrl } = await startFollowingApp(sandbox, { rateLimit: { limit: 1_000 } }));
});
beforeEach(() => {
  sandbox.reset();
  inbox.requests.length = 0;
});
afterAll(async () => {
  await app.close();
  await sandbox.stop();
  await inbox.stop();
});

/** Plays a call to its end, and returns the bodies of the callbacks it caused, which the app has not received. */
async function play({ steps, callbacks, states }: Ending): Promise<string[]> {
  const invite = { fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 };
  ({ callId } = await app.get(CallInviteService).invite(invite));
  await sandbox.callbacks.idle();
  for (const step of steps) await step();
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

describe.each(endings)('$name', (ending) => {
  it.each(Object.keys(orders))('has the right outcome after callbacks %s', async (order) => {
    const bodies = await play(ending);
    await deliver(orders[order]?.(bodies) ?? []);
    const outcome = await app.get(CallOutcomeService).outcome(callId, { deadlineMs: 1_000 });
    expect(outcome.result).toBe(ending.result);
    expect(outcome.callees.map(({ state }) => state)).toEqual(ending.states);
  });

  it.each(ending.callbacks.map((event, index) => [event, index] as const))(
    'has no wrong outcome without %s, the callback with index %i',
    async (_, index) => {
      const bodies = await play(ending);
      await deliver(bodies.toSpliced(index, 1));
      const result = await app
        .get(CallOutcomeService)
        .outcome(callId, { deadlineMs: 1 })
        .then(
          (outcome) => outcome.result,
          (error: unknown) => (isZimCallError(error) ? error.kind : error),
        );
      // `unknown` if the call has ended, `timeout` if nothing says so.
      expect([ending.result, 'unknown', 'timeout']).toContain(result);
    },
  );
});
