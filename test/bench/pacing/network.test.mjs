// Server and relay as a run starts them: real processes, real connections.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { killAllChildren } from './children.mjs';
import { nowMs } from './clock.mjs';
import { createSender } from './engines/support/sender.mjs';
import { NetworkRelay } from './network-relay.mjs';
import { profiles } from './profiles.mjs';
import { BenchServer } from './server.mjs';

after(killAllChildren);

/** Sends requests at once, each on a connection of its own. */
async function sendAtOnce(profile, seed, count) {
  const server = new BenchServer(profile, seed);
  const sender = createSender(await server.start());
  const startMs = nowMs();
  const doneMs = new Map();
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await sender.send({ process: 0, tenant: 'A', id: String(index) });
      doneMs.set(String(index), nowMs() - startMs);
    }),
  );
  sender.close();
  const { log, network } = await server.journal();
  await server.kill();
  return {
    log: log.map((arrival) => ({ ...arrival, atMs: arrival.atMs - startMs })),
    network,
    doneMs,
  };
}

test('requests arrive within their range and overtake each other; replies take their time', async () => {
  const { log, network, doneMs } = await sendAtOnce('continent', 3, 30);
  const { requestDelayMs, processingMs, replyDelayMs } = profiles.continent;
  assert.equal(log.length, 30);
  assert.equal(network.requestDelaysMs.length, 30);
  assert.equal(network.replyDelaysMs.length, 30);
  for (const { id, atMs, processingMs: heldMs } of log) {
    assert.ok(atMs >= requestDelayMs[0], `arrived after ${atMs} ms`);
    assert.ok(heldMs >= processingMs[0] && heldMs <= processingMs[1]);
    const replyMs = (doneMs.get(id) ?? 0) - atMs;
    assert.ok(replyMs >= heldMs + replyDelayMs[0], `replied after ${replyMs} ms, held ${heldMs}`);
  }
  // Each arrived when it was drawn to, and not in the order it was sent.
  const drawn = network.requestDelaysMs.toSorted((a, b) => a - b);
  assert.ok(log.every(({ atMs }, rank) => atMs >= drawn[rank]));
  const order = log.map(({ id }) => Number(id));
  assert.notDeepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test('the server decides on arrival: the first twenty to arrive are accepted', async () => {
  const { log } = await sendAtOnce('continent', 3, 30);
  assert.deepEqual(
    log.toSorted((a, b) => a.atMs - b.atMs).map(({ accepted }) => accepted),
    Array.from({ length: 30 }, (_, rank) => rank < 20),
  );
});

test('a seed reproduces all delays of a run', async () => {
  const delaysOf = ({ log, network }) => [
    network.requestDelaysMs,
    network.replyDelaysMs,
    log.map(({ processingMs }) => processingMs),
  ];
  const [first, again, other] = await Promise.all([
    sendAtOnce('region', 5, 12),
    sendAtOnce('region', 5, 12),
    sendAtOnce('region', 6, 12),
  ]);
  assert.deepEqual(delaysOf(first), delaysOf(again));
  assert.notDeepEqual(delaysOf(first), delaysOf(other));
});

test('loopback has no relay and no processing time', async () => {
  const { log, network } = await sendAtOnce('loopback', 5, 3);
  assert.equal(network, undefined);
  assert.deepEqual(
    log.map(({ processingMs }) => processingMs),
    [0, 0, 0],
  );
});

/** A relay in front of a server that keeps what it receives. */
async function relayTo(delays, onConnection) {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay = await NetworkRelay.start(server.address().port, delays);
  return {
    relay,
    close() {
      relay.close();
      server.close();
    },
  };
}

test('one delay for a request of several pieces, another one for the next on the same connection', async () => {
  const { relay, close } = await relayTo(
    { requestDelayMs: () => 5, replyDelayMs: () => 5 },
    (socket) => {
      let text = '';
      socket.on('data', (data) => {
        text += data;
        if (text.endsWith('.')) socket.write(`${text}!`);
      });
      socket.on('error', () => undefined);
    },
  );
  const socket = connect(relay.port, '127.0.0.1');
  socket.setNoDelay(true);
  for (const piece of ['a', 'b', 'c.']) {
    socket.write(piece);
    await sleep(1);
  }
  assert.equal(String((await once(socket, 'data'))[0]), 'abc.!');
  socket.write('d.');
  assert.equal(String((await once(socket, 'data'))[0]), 'abc.d.!');
  assert.equal(relay.journal.requestDelaysMs.length, 2);
  assert.equal(relay.journal.replyDelaysMs.length, 2);
  socket.destroy();
  close();
});

test('what a client sent before it gave up still arrives', async () => {
  let received;
  const arrival = new Promise((resolve) => (received = resolve));
  const { relay, close } = await relayTo(
    { requestDelayMs: () => 30, replyDelayMs: () => 5 },
    (socket) => socket.on('data', (data) => received(String(data))).on('error', () => undefined),
  );
  const socket = connect(relay.port, '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write('sent', resolve));
  // The relay has it as soon as it has drawn its delay.
  while (relay.journal.requestDelaysMs.length === 0) await sleep(1);
  socket.destroy();
  assert.equal(await arrival, 'sent');
  close();
});
