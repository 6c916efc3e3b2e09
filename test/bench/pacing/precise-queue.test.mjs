// Actions run in order of time, never early, and not late enough to matter.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nowMs } from './clock.mjs';
import { PreciseQueue } from './precise-queue.mjs';
import { seededRandom } from './random.mjs';

/** Time that passes only when something waits; timers behave as Node's do at their worst. */
function simulatedTime() {
  let timeMs = 0;
  let next;
  const waitFor = (lengthMs, action) => (next = { lengthMs, action });
  return {
    nowMs: () => timeMs,
    timers: {
      setTimeout: (action, delayMs) => waitFor(Math.trunc(delayMs) + 1.9, action),
      setImmediate: (action) => waitFor(0.05, action),
      clearTimeout: () => (next = undefined),
    },
    run() {
      while (next !== undefined) {
        const { lengthMs, action } = next;
        next = undefined;
        timeMs += lengthMs;
        action();
      }
    },
  };
}

test('actions run to a fraction of a millisecond though timers fire late', () => {
  const { nowMs: now, timers, run } = simulatedTime();
  const queue = new PreciseQueue(now, timers);
  const random = seededRandom(7);
  const offsets = Array.from({ length: 500 }, () => random() * 5_000);
  const ranAtMs = [];
  for (const offset of offsets) queue.at(offset, () => ranAtMs.push({ offset, atMs: now() }));
  run();
  assert.deepEqual(
    ranAtMs.map(({ offset }) => offset),
    offsets.toSorted((a, b) => a - b),
  );
  assert.ok(ranAtMs.every(({ offset, atMs }) => atMs >= offset && atMs < offset + 0.1));
  assert.equal(queue.history.length, offsets.length);
  assert.ok(queue.history.every(({ lateMs }) => lateMs >= 0 && lateMs < 0.1));
});

test('with real timers, actions run in order of time and never early', async () => {
  const queue = new PreciseQueue();
  const random = seededRandom(7);
  const startMs = nowMs();
  const offsets = Array.from({ length: 50 }, () => random() * 60);
  const ran = [];
  await new Promise((resolve) => {
    for (const offset of offsets) {
      const dueMs = startMs + offset;
      queue.at(dueMs, () => {
        ran.push({ dueMs, atMs: nowMs() });
        if (ran.length === offsets.length) resolve();
      });
    }
  });
  assert.ok(ran.every(({ dueMs, atMs }) => atMs >= dueMs));
  assert.deepEqual(
    ran.map(({ dueMs }) => dueMs),
    offsets.map((offset) => startMs + offset).toSorted((a, b) => a - b),
  );
});

test('what is due at the same time runs in the order it was added', async () => {
  const queue = new PreciseQueue();
  const dueMs = nowMs() + 5;
  const ran = [];
  await new Promise((resolve) => {
    for (const name of ['a', 'b', 'c']) queue.at(dueMs, () => ran.push(name));
    queue.at(dueMs, resolve);
  });
  assert.deepEqual(ran, ['a', 'b', 'c']);
});

test('an action may add another one, and what comes first is not held up by what comes later', async () => {
  const queue = new PreciseQueue();
  const startMs = nowMs();
  const ran = [];
  queue.at(startMs + 60_000, () => ran.push('never'));
  await new Promise((resolve) => {
    queue.at(startMs + 10, () => {
      ran.push('first');
      queue.at(startMs + 15, () => {
        ran.push('second');
        resolve();
      });
    });
  });
  queue.clear();
  assert.deepEqual(ran, ['first', 'second']);
});
