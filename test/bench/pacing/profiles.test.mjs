// The delays of the profiles: their distributions, and that a seed reproduces them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawDelays, hasNetwork, profileNames, profiles, requestDelayOf } from './profiles.mjs';

const count = 20_000;
const kinds = ['requestDelayMs', 'processingMs', 'replyDelayMs'];

function draw(profile, seed, size = count) {
  const delays = drawDelays(profile, seed);
  return Object.fromEntries(
    kinds.map((kind) => [kind, Array.from({ length: size }, () => delays[kind]())]),
  );
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(some, others) {
  const [a, b] = [mean(some), mean(others)];
  const product = (x, y, xMean, yMean) => mean(x.map((v, i) => (v - xMean) * (y[i] - yMean)));
  return (
    product(some, others, a, b) /
    Math.sqrt(product(some, some, a, a) * product(others, others, b, b))
  );
}

for (const name of profileNames.filter(hasNetwork)) {
  test(`${name}: each delay is uniform over its range`, () => {
    const drawn = draw(name, 27);
    const { slowReplies } = profiles[name];
    for (const kind of kinds) {
      const [least, most] = profiles[name][kind];
      const isSlow = (value) => kind === 'replyDelayMs' && value > most;
      const values = drawn[kind].filter((value) => !isSlow(value));
      const slow = drawn[kind].filter(isSlow);
      for (const tenth of Array.from({ length: 10 }, (_, index) => index)) {
        const from = least + (tenth / 10) * (most - least);
        const until = least + ((tenth + 1) / 10) * (most - least);
        const share = values.filter((value) => value >= from && value < until).length / count;
        assert.ok(Math.abs(share - 0.1) < 0.012, `${kind}: ${share} between ${from} and ${until}`);
      }
      const slowShare = slow.length / count;
      const expected = kind === 'replyDelayMs' ? (slowReplies?.share ?? 0) : 0;
      assert.ok(Math.abs(slowShare - expected) < 0.003, `${kind}: ${slowShare} slow`);
      const extraMs = slowReplies?.extraMs ?? 0;
      assert.ok(slow.every((value) => value >= least + extraMs && value <= most + extraMs));
    }
  });

  test(`${name}: the delays of a request do not depend on each other`, () => {
    const { requestDelayMs, processingMs, replyDelayMs } = draw(name, 27);
    for (const [some, others] of [
      [requestDelayMs, replyDelayMs],
      [requestDelayMs, processingMs],
      [processingMs, replyDelayMs],
      [requestDelayMs.slice(1), requestDelayMs.slice(0, -1)],
    ]) {
      assert.ok(Math.abs(correlation(some, others)) < 0.03, String(correlation(some, others)));
    }
  });

  test(`${name}: a seed reproduces the delays, another one does not`, () => {
    assert.deepEqual(draw(name, 27, 100), draw(name, 27, 100));
    assert.notDeepEqual(draw(name, 27, 100), draw(name, 28, 100));
  });

  test(`${name}: how often one kind is drawn does not change the others`, () => {
    const [delays, others] = [drawDelays(name, 27), drawDelays(name, 27)];
    delays.replyDelayMs();
    delays.processingMs();
    assert.equal(delays.requestDelayMs(), others.requestDelayMs());
  });
}

test('the mean delay and the jitter of requests', () => {
  assert.deepEqual(profileNames.map(requestDelayOf), [
    { delayMs: 0, jitterMs: 0 },
    { delayMs: 8, jitterMs: 6 },
    { delayMs: 40, jitterMs: 30 },
    { delayMs: 110, jitterMs: 80 },
  ]);
});

test('without a network nothing is delayed', () => {
  assert.equal(hasNetwork('loopback'), false);
  const drawn = draw('loopback', 27, 10);
  for (const kind of kinds) assert.ok(drawn[kind].every((value) => value === 0));
});
