import fc from 'fast-check';
import { SandboxStateError } from '../core/state-error.js';
import { ZimSandbox } from '../sandbox.js';
import { type ConsoleState } from '../../page/feed/state.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { Receiver } from '../testing/receiver.js';
import { Tab } from '../testing/tab.js';
import { countOf, seed, seeded } from '../../../../test/support/property.js';
import { asApp, call, inviteBody } from '../testing/zim-client.js';

const runs = countOf({ sample: 5, full: 100 });
const apps = [
  { appId: 1, serverSecret: 'server-canary-1' },
  { appId: 2, serverSecret: 'server-canary-2' },
];
const users = ['alice', 'bob', 'auto-accept.carol', 'dave'];

let sandbox: ZimSandbox;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await Receiver.start();
  sandbox = await ZimSandbox.start({
    apps,
    users,
    clock: fixedClock(),
    callsPerSecond: 1_000_000,
    faults: [{ times: 2, match: { userId: 'dave' }, fault: { kind: 'html-502' } }],
  });
});
afterAll(async () => {
  await sandbox.stop();
  await receiver.stop();
});

/** A page shows one app at a time: how those of different apps are mixed is of no account. */
function shown(state: ConsoleState) {
  const ofApp = <One extends { appId: number }>(list: readonly One[]) =>
    apps.map(({ appId }) => list.filter((one) => one.appId === appId));
  return {
    ...state,
    users: ofApp(state.users),
    calls: ofApp(state.calls),
    deliveries: ofApp(state.deliveries),
  };
}

let stories = 0;

async function expectSame(old: Tab, fresh: Tab): Promise<void> {
  await sandbox.callbacks.idle();
  const userName = `last ${++stories}`;
  sandbox.directory.register([{ userId: 'last', userName }]);
  const shownOld = shown(await old.stateAfter(userName));
  const shownFresh = shown(await fresh.stateAfter(userName));
  old.break();
  fresh.break();
  expect(shownOld).toEqual(shownFresh);
}

const app = fc.constantFrom(...apps);
const user = fc.constantFrom(...users);
const presence = fc.constantFrom(
  'online' as const,
  'offline' as const,
  'logged-out' as const,
  'never-logged-in' as const,
);
const nth = fc.nat(3);
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('invite' as const), app, callee: user }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('accept', 'reject', 'cancel'), app, user, nth }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('login', 'logout', 'disconnect'), app, user }),
  },
  fc.record({
    do: fc.constant('register' as const),
    app,
    user: fc.constantFrom('erin', 'frank', ...users),
    presence: fc.option(presence, { nil: undefined }),
  }),
  fc.record({ do: fc.constant('url' as const), app, isOn: fc.boolean() }),
  fc.record({ do: fc.constant('answers' as const), status: fc.constantFrom(200, 500) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resend' as const), nth }) },
  fc.record({
    do: fc.constant('fault' as const),
    user,
    times: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
    lastsMs: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
  }),
  fc.record({ do: fc.constantFrom('unfault', 'clear'), nth }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(0, 1, 999, 2000, 5000, 35_000),
    }),
  },
  fc.record({ do: fc.constant('stranger' as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('break', 'connect', 'stall', 'turn') }) },
);
type Step = typeof steps extends fc.Arbitrary<infer One> ? One : never;

async function perform(step: Step, tab: Tab): Promise<void> {
  const { devices, directory, callbacks, faults, clock } = sandbox;
  const third = <One>(list: readonly One[], index: number) => list[index % (list.length || 1)];
  if ('callee' in step) {
    const body = inviteBody({ UserIds: [step.callee, 'bob'], Timeout: 30 });
    await call(asApp(sandbox, step.app), 'CallInvite', body).catch(() => undefined);
  } else if ('isOn' in step) callbacks.setUrl(step.isOn ? receiver.url : undefined, step.app.appId);
  else if ('status' in step) receiver.defaultResponse = step.status;
  else if ('ms' in step) await clock.advance(step.ms);
  else if ('lastsMs' in step) {
    const { times, lastsMs } = step;
    faults.add({ match: { userId: step.user }, times, lastsMs, fault: { kind: 'empty-200' } });
  } else if ('presence' in step)
    directory.register(
      [{ userId: step.user, userName: `<${step.user}>`, presence: step.presence }],
      step.app.appId,
    );
  else
    switch (step.do) {
      case 'accept':
      case 'reject':
      case 'cancel': {
        if (!('user' in step && 'nth' in step)) return;
        const { appId } = step.app;
        const callId = third(sandbox.calls.list(appId), step.nth)?.callId ?? 'none';
        devices[step.do]({ appId, userId: step.user, callId });
        return;
      }
      case 'login':
      case 'logout':
      case 'disconnect':
        if ('user' in step) devices[step.do]({ appId: step.app.appId, userId: step.user });
        return;
      case 'resend':
        // Not waited for: whatever comes next comes in the meantime.
        if ('nth' in step)
          callbacks.resend(third(callbacks.deliveries(), step.nth)?.id ?? 0).catch(() => undefined);
        return;
      case 'unfault':
        if ('nth' in step) faults.remove(step.nth);
        return;
      case 'clear':
        faults.clear();
        return;
      case 'reset':
        sandbox.reset();
        return;
      case 'stranger':
        await fetch(`${sandbox.url}/?Action=CallInvite&AppId=3`);
        return;
      case 'break':
        tab.break();
        return;
      case 'connect':
      case 'stall':
        tab.break();
        await tab.connect(step.do === 'stall');
        return;
      case 'turn':
        await new Promise(setImmediate);
    }
}

it(
  seeded(`a tab that stayed open shows what a new one shows, in ${runs} random stories`),
  async () => {
    const property = fc.asyncProperty(
      fc.array(steps, { maxLength: 50, size: 'max' }),
      async (story) => {
        sandbox.reset();
        receiver.defaultResponse = 200;
        sandbox.callbacks.setUrl(receiver.url);
        const [old, fresh] = [new Tab(sandbox.url), new Tab(sandbox.url)];
        await old.connect();
        for (const step of story)
          try {
            await perform(step, old);
          } catch (error) {
            if (!(error instanceof SandboxStateError)) throw error;
          }
        await expectSame(old, fresh);
      },
    );
    await fc.assert(property, { numRuns: runs, seed });
  },
  120_000,
);

it('a tab that stayed open shows what a new one shows when there is more than it keeps', async () => {
  sandbox.reset();
  sandbox.callbacks.setUrl(receiver.url);
  receiver.defaultResponse = 500;
  const [old, fresh] = [new Tab(sandbox.url), new Tab(sandbox.url)];
  await old.connect();
  for (const { appId } of apps) {
    const target = asApp(sandbox, apps.find((one) => one.appId === appId) ?? sandbox.app);
    await call(target, 'CallInvite', inviteBody({ Timeout: 30 }));
    // From inside: so many requests would take too long.
    const [first] = sandbox.calls.list(appId);
    if (first === undefined) throw new Error('No phone rings.');
    for (let count = 0; count < 250; count++) {
      const made = { ...first, callId: String(count) };
      sandbox.calls.put(appId, made, 0);
      sandbox.calls.put(appId, { ...made, state: 'ended', endedAt: sandbox.clock.now() }, 0);
    }
    sandbox.callbacks.setUrl(undefined, appId);
    for (let count = 0; count < 1100; count++)
      sandbox.callbacks.emit(appId, { event: 'call_timeout', call_id: '1', user_ids: [] });
  }
  // The first call ends last, and the callback of its beginning comes again and again.
  await sandbox.clock.advance(31_000);
  await expectSame(old, fresh);
}, 60_000);
