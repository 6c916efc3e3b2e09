import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { CallbackRelay } from './callback-relay.mjs';

const callbacks = 500;
const backend = createServer();
const received = [];
let status = 200;
backend.on('request', async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  received.push(JSON.parse(Buffer.concat(parts).toString()).call_id);
  response.writeHead(status).end();
});
backend.listen(0, '127.0.0.1');
await once(backend, 'listening');
const relay = new CallbackRelay(3);
const { ours } = await relay.listen();
after(() => {
  relay.close();
  backend.close();
  backend.closeAllConnections();
});

const send = async (index) => {
  const body = JSON.stringify({ event: 'call_accept', call_id: `c${index}`, user_id: `u${index}` });
  const reply = await fetch(ours, { method: 'POST', body });
  return reply.status;
};

test('without a process, ZIM is asked to repeat a callback, unless it is lost', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 50 }, (_, index) => send(callbacks + index)),
  );
  const lost = relay.lost.length;
  assert.equal(statuses.filter((one) => one === 200).length, lost);
  assert.equal(statuses.filter((one) => one === 503).length, 50 - lost);
});

test('some are lost, some doubled, some overtaken, and the rest passed on', async () => {
  relay.targets.ours.add(`http://127.0.0.1:${backend.address().port}`);
  relay.lost.length = 0;
  const before = { ...relay.counts };
  const statuses = await Promise.all(Array.from({ length: callbacks }, (_, index) => send(index)));
  assert.ok(statuses.every((one) => one === 200));
  const lost = new Set(relay.lost.map(({ callId }) => callId));
  const doubled = relay.counts.doubled - before.doubled;
  const isShare = (count, share) => Math.abs(count / callbacks - share) < share / 2;
  assert.ok(isShare(lost.size, 0.02) && isShare(doubled, 0.05));
  while (received.length < callbacks - lost.size + doubled) await once(backend, 'request');
  assert.equal(new Set(received).size, callbacks - lost.size);
  assert.ok(received.every((id) => !lost.has(id)));
  const numbers = received.map((id) => Number(id.slice(1)));
  assert.ok(
    numbers.findLastIndex((number) => number < 125) > numbers.findIndex((number) => number > 375),
  );
  assert.deepEqual(relay.lost[0].userIds, [relay.lost[0].callId.replace('c', 'u')]);
});

test('the refusal of a process reaches ZIM', async () => {
  status = 500;
  const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => send(9_000 + index)));
  assert.ok(statuses.includes(500));
});
