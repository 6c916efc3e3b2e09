import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { ZimSandbox } from '../sandbox.js';
import { EventReader } from '../testing/event-reader.js';
import { sampleSeconds } from '../testing/fixed-clock.js';
import { useSampleSandbox } from '../testing/sample-sandbox.js';
import { ring } from '../testing/zim-client.js';
import { type ConsoleEvent, type ConsoleSnapshot } from './console-events.js';

const scene = useSampleSandbox();
const readers: EventReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

type How = Parameters<typeof EventReader.open> extends [string, ...infer Rest] ? Rest : never;

async function open(...how: How): Promise<EventReader> {
  const reader = await EventReader.open(scene.sandbox.url, ...how);
  readers.push(reader);
  return reader;
}

const isClock = ({ kind }: ConsoleEvent) => kind === 'clock';
const is = (kind: ConsoleEvent['kind']) => (event: ConsoleEvent) => event.kind === kind;
/** Everything, up to the moment. */
async function caughtUp(...options: Parameters<typeof open>): Promise<EventReader> {
  const reader = await open(...options);
  await reader.until(isClock);
  return reader;
}

function snapshotOf({ events }: EventReader): ConsoleSnapshot {
  const snapshot = events.find((event) => event.kind === 'snapshot');
  if (snapshot === undefined) throw new Error('There is no snapshot.');
  return snapshot;
}

function ask(sandbox: ZimSandbox, path: string, headers = {}, method = 'GET') {
  return new Promise<{ status?: number; headers: NodeJS.Dict<unknown>; text: string }>(
    (resolve, reject) => {
      request(`${sandbox.url}${path}`, { headers, method, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
      })
        .on('error', reject)
        .end();
    },
  );
}

describe('the stream', () => {
  it('begins with everything', async () => {
    const { sandbox } = scene;
    sandbox.directory.register([{ userId: 'gone', userName: 'Gone', presence: 'logged-out' }]);
    sandbox.faults.add({ match: { userId: 'nobody' }, fault: { kind: 'hang' } });
    const callId = await ring(sandbox);
    const reader = await caughtUp();
    expect(reader.kinds()).toEqual(['snapshot', 'requests', 'clock']);
    expect(snapshotOf(reader)).toMatchObject({
      url: sandbox.url,
      callsPerSecond: 20,
      apps: [{ appId: 12345, callbackUrl: null, isExample: true }],
      users: [
        { appId: 12345, userId: 'alice', presence: 'online' },
        { appId: 12345, userId: 'bob', presence: 'online' },
        { appId: 12345, userId: 'gone', userName: 'Gone', presence: 'logged-out' },
      ],
      calls: [{ appId: 12345, callId, state: 'started', caller: 'alice' }],
      deliveries: [{ appId: 12345, event: 'call_create', state: 'undeliverable' }],
      faults: [{ id: 1, hits: 0 }],
    });
    expect(snapshotOf(reader).codes['660300005']?.advice).toMatch(/second/);
    expect(reader.events[1]).toEqual({
      kind: 'requests',
      requests: JSON.parse(JSON.stringify(sandbox.journal.entries())),
    });
    expect(reader.times).toEqual(
      [sampleSeconds, sampleSeconds, sampleSeconds].map((s) => s * 1000),
    );
  });

  it("marks the vendor's example project by its secret, not by its AppID alone", async () => {
    const own = [{ appId: 12345, serverSecret: 'f'.repeat(32) }];
    const other = await ZimSandbox.start({ apps: own });
    try {
      const reader = await EventReader.open(other.url);
      readers.push(reader);
      await reader.until(isClock);
      expect(snapshotOf(reader).apps).toEqual([
        { appId: 12345, callbackUrl: null, isExample: false },
      ]);
    } finally {
      await other.stop();
    }
  });

  it('goes on with each change', async () => {
    const { sandbox } = scene;
    const reader = await caughtUp();
    const callId = await ring(sandbox);
    sandbox.devices.accept({ userId: 'bob', callId });
    sandbox.devices.logout({ userId: 'bob' });
    sandbox.callbacks.setUrl('http://127.0.0.1:1/');
    sandbox.faults.add({ times: 1, fault: { kind: 'hang' } });
    await sandbox.clock.advance(1000);
    await reader.until((event) => event.kind === 'faults');
    expect(reader.kinds().slice(2)).toEqual(
      expect.arrayContaining(['requests', 'call', 'user', 'app', 'faults']),
    );
    const calls = reader.events.flatMap((event) => (event.kind === 'call' ? [event.call] : []));
    expect(calls.at(-1)).toMatchObject({ callId, endReason: 'answered' });
    await reader.until((event) => event === reader.events.at(-1) && isClock(event));
    expect(reader.times.at(-1)).toBe(sampleSeconds * 1000 + 1000);
  });

  it('goes on where it broke off, without telling anything twice', async () => {
    const { sandbox } = scene;
    const first = await caughtUp();
    first.close();
    await ring(sandbox);
    const second = await caughtUp(first.lastEventId);
    expect(second.kinds()).not.toContain('snapshot');
    expect(second.kinds()).toEqual(
      expect.arrayContaining(['requests', 'call', 'delivery', 'clock']),
    );
    const third = await caughtUp(second.lastEventId);
    expect(third.kinds()).toEqual(['clock']);
  });

  it('keeps no copy of the rules for each of their hits', async () => {
    const { faults } = scene.sandbox;
    const { lastEventId } = await caughtUp();
    const { id } = faults.add({ fault: { kind: 'hang' } });
    faults.decide({ userIds: [], attempt: 1 });
    faults.add({ fault: { kind: 'close' } });
    faults.remove(id);
    const reader = await caughtUp(lastEventId);
    expect(reader.events.filter(is('faults'))).toEqual(
      [1, 2, 3, 4].map(() => ({ kind: 'faults', faults: faults.list() })),
    );
  });

  it('takes the position from the address, too', async () => {
    const { lastEventId } = await caughtUp();
    const reader = await caughtUp('', false, `?lastEventId=${lastEventId}`);
    expect(reader.kinds()).toEqual(['clock']);
  });

  it.each(['', 'nonsense', 'abcdefabcdef.7'])('begins anew after the position %j', async (id) => {
    expect((await caughtUp(id)).kinds()).toEqual(['snapshot', 'clock']);
  });

  it('tells everything anew after a reset', async () => {
    const { sandbox } = scene;
    const reader = await caughtUp();
    await ring(sandbox);
    sandbox.reset();
    await reader.until((event) => event.kind === 'snapshot' && event !== reader.events[0]);
    const last = reader.events.findLast(is('snapshot'));
    expect(last).toMatchObject({ calls: [], users: [{ userId: 'alice' }, { userId: 'bob' }] });
    expect((await caughtUp(reader.lastEventId)).kinds()).toEqual(['clock']);
  });

  it('leaves nothing out for a reader who stops reading, and holds nothing back for one', async () => {
    const { sandbox } = scene;
    const reader = await open('', true);
    const extendedData = 'x'.repeat(2000);
    const callId = await ring(sandbox, { ExtendedData: extendedData });
    const call = sandbox.calls.get(callId);
    if (call === undefined) throw new Error('There is no call.');
    // Made from inside: requests for 60 MB would take too long.
    for (let count = 0; count < 25_000; count++)
      sandbox.calls.put(12345, { ...call, timeoutSeconds: count }, 0);
    await new Promise(setImmediate);
    reader.resume();
    await reader.until(
      (event) =>
        event.kind === 'snapshot' &&
        event !== reader.events[0] &&
        event.calls[0]?.timeoutSeconds === 24_999,
    );
    expect(reader.events.length).toBeLessThan(22_000);
  }, 30_000);

  it('is forgotten with its connection, even if its turn had not come', async () => {
    const { port } = scene.sandbox;
    const begun = jest.spyOn(globalThis, 'setInterval');
    const ended = jest.spyOn(globalThis, 'clearInterval');
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /__/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(2));
    await once(socket, 'data');
    const [beat] = begun.mock.results.map(({ value }) => value as unknown);
    const hasEnded = () => ended.mock.calls.some(([timer]) => timer === beat);
    expect([begun.mock.calls.length, hasEnded()]).toEqual([1, false]);
    socket.destroy();
    // There is no beat without a stream; if one is left, this ends in the timeout.
    while (!hasEnded()) await new Promise(setImmediate);
    begun.mockRestore();
    ended.mockRestore();
  });

  it('ends with the sandbox', async () => {
    const reader = await caughtUp();
    await scene.sandbox.stop();
    await reader.closed();
  });

  it('tells no secret', async () => {
    const { sandbox } = scene;
    const { serverSecret } = sandbox.app;
    const callId = await ring(sandbox, { ExtendedData: serverSecret });
    sandbox.devices.accept({ userId: 'bob', callId, extendedData: serverSecret });
    sandbox.directory.register([{ userId: 'mallory', userName: serverSecret }]);
    sandbox.faults.add({ fault: { kind: 'status', status: 500, body: serverSecret } });
    const { text } = await caughtUp();
    expect(text).toContain('mallory');
    expect(text).not.toContain(serverSecret);
    expect(text).not.toMatch(/Signature=|"Signature"/);
  });
});

describe('the page', () => {
  it.each(['/__/console', '/__/events'])('%s is for this machine alone', async (path) => {
    const rebound = await ask(scene.sandbox, path, { Host: 'evil.example' });
    expect(rebound.status).toBe(403);
    const foreign = await ask(scene.sandbox, path, { Origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const posted = await ask(scene.sandbox, path, {}, 'POST');
    expect(posted).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each(['/__/console/nothing', '/__/console/../package.json', '/__/consoles'])(
    '%s is not there',
    async (path) => {
      expect((await ask(scene.sandbox, path)).status).toBe(404);
    },
  );
});
