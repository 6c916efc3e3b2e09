import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { ZimSandbox } from '../sandbox.js';
import { EventReader } from '../testing/event-reader.js';
import { sampleSeconds } from '../testing/fixed-clock.js';
import { useSampleSandbox } from '../testing/sample-sandbox.js';
import { ring } from '../testing/zim-client.js';
import { type ConsoleEvent, type ConsoleSnapshot } from './console-events.js';

const sample = useSampleSandbox();
const readers: EventReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

type OpenOptions =
  Parameters<typeof EventReader.open> extends [string, ...infer Rest] ? Rest : never;

async function open(...options: OpenOptions): Promise<EventReader> {
  const reader = await EventReader.open(sample.sandbox.url, ...options);
  readers.push(reader);
  return reader;
}

const isClock = ({ kind }: ConsoleEvent) => kind === 'clock';
const is = (kind: ConsoleEvent['kind']) => (event: ConsoleEvent) => event.kind === kind;
/** Opens a stream, and resolves when it has sent the present state. */
async function openCurrent(...options: Parameters<typeof open>): Promise<EventReader> {
  const reader = await open(...options);
  await reader.until(isClock);
  return reader;
}

function snapshotOf({ events }: EventReader): ConsoleSnapshot {
  const snapshot = events.find((event) => event.kind === 'snapshot');
  if (snapshot === undefined) throw new Error('There is no snapshot.');
  return snapshot;
}

function fetchRaw(sandbox: ZimSandbox, path: string, headers = {}, method = 'GET') {
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
  it('starts with the present state', async () => {
    const { sandbox } = sample;
    sandbox.directory.register([{ userId: 'dave', userName: 'Dave', presence: 'logged-out' }]);
    sandbox.faults.add({ match: { userId: 'unknown' }, fault: { kind: 'hang' } });
    const callId = await ring(sandbox);
    const reader = await openCurrent();
    expect(reader.kinds()).toEqual(['snapshot', 'requests', 'clock']);
    expect(snapshotOf(reader)).toMatchObject({
      url: sandbox.url,
      callsPerSecond: 20,
      apps: [{ appId: 12345, callbackUrl: null, isExample: true }],
      users: [
        { appId: 12345, userId: 'alice', presence: 'online' },
        { appId: 12345, userId: 'bob', presence: 'online' },
        { appId: 12345, userId: 'dave', userName: 'Dave', presence: 'logged-out' },
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

  it("recognises the vendor's example project by its secret, not only by its AppID", async () => {
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

  it('continues with each change', async () => {
    const { sandbox } = sample;
    const reader = await openCurrent();
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

  it('continues where it broke off, without repeating an event', async () => {
    const { sandbox } = sample;
    const first = await openCurrent();
    first.close();
    await ring(sandbox);
    const second = await openCurrent(first.lastEventId);
    expect(second.kinds()).not.toContain('snapshot');
    expect(second.kinds()).toEqual(
      expect.arrayContaining(['requests', 'call', 'delivery', 'clock']),
    );
    const third = await openCurrent(second.lastEventId);
    expect(third.kinds()).toEqual(['clock']);
  });

  it('keeps no copy of the rules for each hit', async () => {
    const { faults } = sample.sandbox;
    const { lastEventId } = await openCurrent();
    const { id } = faults.add({ fault: { kind: 'hang' } });
    faults.decide({ userIds: [], attempt: 1 });
    faults.add({ fault: { kind: 'close' } });
    faults.remove(id);
    const reader = await openCurrent(lastEventId);
    expect(reader.events.filter(is('faults'))).toEqual(
      [1, 2, 3, 4].map(() => ({ kind: 'faults', faults: faults.list() })),
    );
  });

  it('accepts the position in the query, too', async () => {
    const { lastEventId } = await openCurrent();
    const reader = await openCurrent('', false, `?lastEventId=${lastEventId}`);
    expect(reader.kinds()).toEqual(['clock']);
  });

  it.each(['', 'nonsense', 'abcdefabcdef.7'])(
    'restarts with the present state after the position %j',
    async (id) => {
      expect((await openCurrent(id)).kinds()).toEqual(['snapshot', 'clock']);
    },
  );

  it('restarts with the present state after a reset', async () => {
    const { sandbox } = sample;
    const reader = await openCurrent();
    await ring(sandbox);
    sandbox.reset();
    await reader.until((event) => event.kind === 'snapshot' && event !== reader.events[0]);
    const last = reader.events.findLast(is('snapshot'));
    expect(last).toMatchObject({ calls: [], users: [{ userId: 'alice' }, { userId: 'bob' }] });
    expect((await openCurrent(reader.lastEventId)).kinds()).toEqual(['clock']);
  });

  it('buffers nothing for a client that stops reading, and leaves nothing out', async () => {
    const { sandbox } = sample;
    const reader = await open('', true);
    const extendedData = 'x'.repeat(2000);
    const callId = await ring(sandbox, { ExtendedData: extendedData });
    const call = sandbox.calls.get(callId);
    if (call === undefined) throw new Error('There is no call.');
    // Stored directly: requests for 60 MB would take too long.
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

  it('is removed with its connection, even if it was pipelined behind another', async () => {
    const { port } = sample.sandbox;
    const started = jest.spyOn(globalThis, 'setInterval');
    const cleared = jest.spyOn(globalThis, 'clearInterval');
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET /__/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(2));
    await once(socket, 'data');
    const [heartbeat] = started.mock.results.map(({ value }) => value as unknown);
    const isCleared = () => cleared.mock.calls.some(([timer]) => timer === heartbeat);
    expect([started.mock.calls.length, isCleared()]).toEqual([1, false]);
    socket.destroy();
    // Without a stream there is no heartbeat; if one is left, the test times out.
    while (!isCleared()) await new Promise(setImmediate);
    started.mockRestore();
    cleared.mockRestore();
  });

  it('ends with the sandbox', async () => {
    const reader = await openCurrent();
    await sample.sandbox.stop();
    await reader.closed();
  });

  it('contains no secret', async () => {
    const { sandbox } = sample;
    const { serverSecret } = sandbox.app;
    const callId = await ring(sandbox, { ExtendedData: serverSecret });
    sandbox.devices.accept({ userId: 'bob', callId, extendedData: serverSecret });
    sandbox.directory.register([{ userId: 'mallory', userName: serverSecret }]);
    sandbox.faults.add({ fault: { kind: 'status', status: 500, body: serverSecret } });
    const { text } = await openCurrent();
    expect(text).toContain('mallory');
    expect(text).not.toContain(serverSecret);
    expect(text).not.toMatch(/Signature=|"Signature"/);
  });
});

describe('the page', () => {
  it.each(['/__/console', '/__/events'])('%s is served to this machine only', async (path) => {
    const rebound = await fetchRaw(sample.sandbox, path, { Host: 'evil.example' });
    expect(rebound.status).toBe(403);
    const foreign = await fetchRaw(sample.sandbox, path, { Origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    const posted = await fetchRaw(sample.sandbox, path, {}, 'POST');
    expect(posted).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it.each(['/__/console/nothing', '/__/console/../package.json', '/__/consoles'])(
    '%s is answered with 404',
    async (path) => {
      expect((await fetchRaw(sample.sandbox, path)).status).toBe(404);
    },
  );
});
