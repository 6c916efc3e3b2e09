// The judgement, by hand-made cases: a false report must be found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, violationsOf } from './judge.mjs';
import { createPlan, rulesOf } from './plan.mjs';
import { requestTimeoutMs } from './settings.mjs';
import { noTrouble, troubles } from './trouble.mjs';

const troubleOf = (name) => {
  const found = troubles.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
};
const resetAfter = troubleOf('reset after');
const throttled = troubleOf('code code=660300005');
const deadPort = troubleOf('a closed port');

const rang = (attempt, fault, callId = '1') => ({
  attempt,
  executed: true,
  callId,
  code: 0,
  fault,
});
const silent = (attempt, fault, code) => ({ attempt, executed: false, code, fault });

const caseOf = (steps, result, entries, lane = 'main') => ({
  invite: { id: 'i0', lane, steps },
  result: { id: 'i0', settled: 1, tookMs: 5, lateMs: 0, ...result },
  entries,
});
const textsOf = (each) => violationsOf([each]).map(({ text }) => text);

test('the truth is no violation', () => {
  const truths = [
    caseOf([noTrouble], { outcome: 'done', callId: '1' }, [rang(1)]),
    caseOf([resetAfter], { outcome: 'unknown', kind: 'connection' }, [rang(1, 'reset')]),
    caseOf([throttled, noTrouble], { outcome: 'done', callId: '1' }, [
      silent(1, 'code', 660300005),
      rang(2),
    ]),
    caseOf([throttled, resetAfter], { outcome: 'unknown', kind: 'connection' }, [
      silent(1, 'code', 660300005),
      rang(2, 'reset'),
    ]),
    caseOf([throttled], { outcome: 'refused' }, [silent(1, 'code', 660300005)]),
    caseOf([deadPort], { outcome: 'not-sent' }, [], 'dead'),
    caseOf([noTrouble], { outcome: 'refused' }, [silent(1, undefined, 100000004)], 'clocks'),
    caseOf([noTrouble], { outcome: 'unknown', kind: 'connection' }, [rang(1)], 'idle'),
  ];
  for (const truth of truths) assert.deepEqual(textsOf(truth), []);
});

test('every lie is one', () => {
  const lies = [
    [
      caseOf([resetAfter], { outcome: 'done', callId: '2' }, [rang(1, 'reset'), rang(2)]),
      [
        'rang 2 times',
        'done, with the id of another call',
        'asked again after an attempt that had not been stopped at the door',
      ],
    ],
    [
      caseOf([resetAfter], { outcome: 'refused' }, [rang(1, 'reset')]),
      ['refused, but it rang', 'refused, where only unknown is true'],
    ],
    [
      caseOf([throttled], { outcome: 'not-sent' }, [silent(1, 'code', 660300005)]),
      ['not-sent, but the server has it', 'not-sent, where only refused is true'],
    ],
    [
      caseOf([throttled], { outcome: 'done' }, [silent(1, 'code', 660300005)]),
      ['done, but it did not ring', 'done, where only refused is true'],
    ],
    [
      caseOf([noTrouble], { outcome: 'unknown', kind: 'connection' }, [rang(1)]),
      ['unknown, where only done is true'],
    ],
    [
      caseOf([noTrouble], { outcome: 'stranger' }, [rang(1)]),
      ['an error that does not tell what happened', 'stranger, where only done is true'],
    ],
    [
      caseOf([noTrouble], { outcome: 'done', callId: '1', settled: 2, lateMs: 101 }, [rang(1)]),
      ['settled 2 times', 'settled 101 ms after its deadline'],
    ],
    [
      caseOf([resetAfter], { outcome: 'done', callId: '1' }, [rang(1)]),
      ['done, where only unknown is true', 'attempt 1 did not meet what was planned'],
    ],
  ];
  for (const [lie, texts] of lies) assert.deepEqual(textsOf(lie), texts);
});

test('a call may not time out too early', () => {
  const timeout = (tookMs) =>
    caseOf([noTrouble], { outcome: 'unknown', kind: 'timeout', tookMs }, [rang(1)]);
  assert.deepEqual(textsOf(timeout(requestTimeoutMs)), []);
  assert.deepEqual(textsOf(timeout(requestTimeoutMs / 2)), ['unknown, where only done is true']);
  assert.equal(countsOf([timeout(requestTimeoutMs)]).slow, 1);
});

test('calls that rang are counted by their reported outcome', () => {
  const counts = countsOf([
    caseOf([noTrouble], { outcome: 'done', callId: '1', tookMs: 7 }, [rang(1)]),
    caseOf([resetAfter], { outcome: 'unknown' }, [rang(1, 'reset')]),
    caseOf([resetAfter], { outcome: 'unknown' }, []),
    caseOf([resetAfter], { outcome: 'failed', lateMs: 3 }, [rang(1, 'reset'), rang(2), rang(3)]),
    caseOf([throttled], { outcome: 'done' }, [silent(1, 'code', 660300005)]),
  ]);
  assert.deepEqual(counts, {
    invites: 5,
    requests: 6,
    twice: 1,
    deniedButRang: 1,
    doneButSilent: 1,
    done: 1,
    unknownRang: 1,
    unknownSilent: 1,
    slow: 0,
    untroubled: 1,
    longestMs: 7,
    latestMs: 3,
  });
});

test('a plan is the same for the same seed, and holds everything', () => {
  const plan = createPlan(7, 1_000);
  assert.deepEqual(createPlan(7, 1_000), plan);
  assert.notDeepEqual(createPlan(8, 1_000), plan);
  const met = new Set(plan.map(({ steps: [first] }) => first.name));
  assert.deepEqual(new Set([noTrouble, ...troubles].map(({ name }) => name)), met);
  assert.equal(new Set(plan.map(({ id }) => id)).size, 1_000);
  const [rule] = rulesOf({ id: 'i3', steps: [noTrouble, throttled] });
  assert.deepEqual(rule, {
    match: { userId: 'i3', attempt: 2 },
    times: 1,
    fault: { kind: 'code', code: 660300005 },
  });
});
