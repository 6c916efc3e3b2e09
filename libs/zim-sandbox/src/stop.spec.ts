import { SandboxClock } from './core/clock.js';
import { ZimSandbox } from './sandbox.js';
import { Receiver } from './testing/receiver.js';
import { RawConnection } from './testing/raw-connection.js';
import { ring } from './testing/zim-client.js';

/** Counts the timers that are active. */
class CountingClock extends SandboxClock {
  timers = 0;

  override setTimer(delayMs: number, callback: () => void): () => void {
    let isSet = true;
    const end = () => {
      if (isSet) this.timers--;
      isSet = false;
    };
    this.timers++;
    const cancel = super.setTimer(delayMs, () => {
      end();
      callback();
    });
    return () => {
      end();
      cancel();
    };
  }
}

/** Returns the resources that keep the process alive. */
const open = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));

it('a stop closes everything that keeps the process alive', async () => {
  const before = open();
  const clock = new CountingClock();
  const receiver = await Receiver.start();
  const sandbox = await ZimSandbox.start({
    users: ['alice', 'bob'],
    callbackUrl: receiver.url,
    clock,
  });
  receiver.script.push(500);
  await ring(sandbox);
  await sandbox.callbacks.idle();
  const arrived = new Promise<void>((resolve) => {
    receiver.script.push(() => {
      resolve();
    });
  });
  await ring(sandbox);
  await arrived;
  expect(clock.timers).toBe(3);
  expect(open().length).toBeGreaterThan(before.length);

  const advanced = clock.advance(1000);
  await sandbox.stop();
  await advanced;
  expect(clock.timers).toBe(0);
  await receiver.stop();
  // Handles close within some turns of the event loop; if one stays open, the test times out.
  while (open().length > before.length) await new Promise(setImmediate);

  sandbox.devices.logout({ userId: 'bob' });
  expect(sandbox.callbacks.deliveries()).toHaveLength(2);
});

it('an ended or reset call leaves no timer', async () => {
  const clock = new CountingClock();
  const sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock });
  const callId = await ring(sandbox);
  expect(clock.timers).toBe(1);
  sandbox.devices.reject({ userId: 'bob', callId });
  expect(clock.timers).toBe(0);
  await ring(sandbox);
  sandbox.reset();
  expect(clock.timers).toBe(0);
  await sandbox.stop();
});

it.each(['stop', 'reset'] as const)('a %s ends the requests that faults hold', async (end) => {
  const before = open();
  const clock = new CountingClock();
  const sandbox = await ZimSandbox.start({
    users: ['alice', 'bob'],
    clock,
    faults: [
      { times: 1, fault: { kind: 'delay', ms: 1000 } },
      { times: 1, fault: { kind: 'slow-drip', msPerByte: 1000 } },
      { times: 1, fault: { kind: 'close-idle', afterMs: 1000 } },
      { times: 1, fault: { kind: 'hang' } },
      { times: 1, fault: { kind: 'half-reply', then: 'silence' } },
      { times: 1, fault: { kind: 'close' } },
    ],
  });
  const rules = sandbox.faults.list();
  const connections = await Promise.all(rules.map(() => RawConnection.open(sandbox)));
  for (const connection of connections) connection.invite(sandbox);
  while (sandbox.faults.list().some(({ hits }) => hits === 0)) await new Promise(setImmediate);
  // Three timers of faults, and three of ringing calls: of slow-drip, close-idle and half-reply.
  expect(clock.timers).toBe(6);

  await sandbox[end]();
  expect(clock.timers).toBe(0);
  for (const connection of connections) connection.close();
  if (end === 'reset') await sandbox.stop();
  while (open().length > before.length) await new Promise(setImmediate);
});

it('a stop aborts a call placed by the control API, and its timer', async () => {
  const before = open();
  const sandbox = await ZimSandbox.start({
    users: ['alice', 'bob'],
    faults: [{ fault: { kind: 'hang' } }],
  });
  const body = JSON.stringify({ fromUserId: 'alice', userIds: ['bob'] });
  const headers = { Connection: 'close' };
  const placed = expect(
    fetch(`${sandbox.url}/__/calls`, { method: 'POST', headers, body }),
  ).rejects.toThrow('fetch failed');
  while (sandbox.faults.list()[0]?.hits !== 1) await new Promise(setImmediate);
  await sandbox.stop();
  await placed;
  while (open().length > before.length) await new Promise(setImmediate);
});

it('a timer does not keep the process alive', () => {
  const before = open();
  const cancel = new SandboxClock().setTimer(60_000, () => undefined);
  expect(open()).toEqual(before);
  cancel();
});

it.each(['clear', 'reset', 'stop'] as const)('no fault rule ends after a %s', async (end) => {
  const clock = new CountingClock();
  const sandbox = await ZimSandbox.start({ clock });
  sandbox.faults.add({ lastsMs: 1000, fault: { kind: 'hang' } });
  expect(clock.timers).toBe(1);
  if (end === 'clear') sandbox.faults.clear();
  else await sandbox[end]();
  expect(clock.timers).toBe(0);
  await sandbox.stop();
});
