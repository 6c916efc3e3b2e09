// The judge, by hand-made cases: each kind of wrong must be found, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { casesOf, countsOf, judge, violationsOf, wrongs } from './judge.mjs';

const phone = (userId) => ({ userId, answer: 'none', afterMs: 0, losesWithdrawal: false });
const plan = {
  key: 'p0',
  deadlineSeconds: 20,
  steps: [['a0', 'b0'], ['a1'], ['a2']].map((ids) => ({
    ...{ ringSeconds: 1, losesReply: false },
    phones: ids.map(phone),
  })),
};
const call = (callId, users) => ({
  callId,
  createdAtMs: 1_000,
  callees: Object.entries(users).map(([userId, state]) => ({ userId, state })),
});
const silent = { a0: 'timed-out', b0: 'rejected' };
const allSilent = [
  call('c0', silent),
  call('c1', { a1: 'timed-out' }),
  call('c2', { a2: 'rejected' }),
];
const times = { createdAtMs: 0, deadlineAtMs: 20_000, endedAtMs: 9_000 };
const noAnswer = { isKnown: true, ...times, result: 'no-answer', acceptedBy: [], calls: [] };
const acceptedBy = (step, callId, ...users) => ({
  ...{ isKnown: true, ...times, result: 'accepted', step, callId, acceptedBy: users },
});
const unknownCall = (callId, ...users) => ({
  step: 0,
  outcome: 'unknown',
  callees: users.map((userId) => ({ userId, state: 'unknown' })),
  ...(callId !== undefined && { callId }),
});
const unknown = (...calls) => ({ ...noAnswer, result: 'unknown', calls });
const lost = (event, callId, ...userIds) => ({ event, callId, userIds });
const crash = { fromMs: 1_050, untilMs: 2_000 };

function evidenceOf(record, calls = allSilent, rest = {}) {
  const records = new Map(record === undefined ? [] : [['p0', record]]);
  const invites = calls.map(({ callId, callees }) => ({
    ...{ callId, userIds: callees.map(({ userId }) => userId) },
    ...{ isReplyLost: false, isThrottled: false },
  }));
  const heard = new Set(record?.result === undefined ? [] : ['p0']);
  return { records, calls, invites, heard, lostCallbacks: [], crashes: [], ...rest };
}
const kindsOf = (evidence) =>
  violationsOf(casesOf([plan], evidence), evidence).map(({ kind }) => kind);

test('the truth is no violation', () => {
  const first = [call('c0', { a0: 'accepted', b0: 'rejected' })];
  const both = [call('c0', { a0: 'accepted', b0: 'accepted' })];
  const truths = [
    evidenceOf(noAnswer),
    evidenceOf(acceptedBy(0, 'c0', 'a0'), first),
    evidenceOf(acceptedBy(0, 'c0', 'b0'), both),
    evidenceOf({ ...noAnswer, result: 'expired' }, allSilent.slice(0, 1)),
    evidenceOf({ ...noAnswer, endedAtMs: 25_000 }),
    // The answer of the only phone of which nothing is known was lost.
    evidenceOf(unknown(unknownCall('c0', 'a0')), first, {
      lostCallbacks: [lost('call_accept', 'c0', 'a0')],
    }),
    // Reply and callback with the call's id were lost.
    evidenceOf(unknown(unknownCall(undefined, 'a0')), first, {
      invites: [{ callId: 'c0', isReplyLost: true, isThrottled: false }],
      lostCallbacks: [lost('call_create', 'c0', 'a0', 'b0')],
    }),
    evidenceOf(unknown(unknownCall(undefined, 'a0')), first, {
      crashes: [crash],
      lostCallbacks: [lost('call_create', 'c0', 'a0', 'b0')],
    }),
    // ZIM refused the invite, and the refusal was lost.
    evidenceOf(unknown(unknownCall(undefined, 'a0')), [], {
      invites: [{ userIds: ['a0', 'b0'], isReplyLost: true, isThrottled: true }],
    }),
    // The process crashed before ZIM had the invite.
    evidenceOf(unknown(unknownCall(undefined, 'a0')), [], { crashes: [crash] }),
  ];
  for (const [index, truth] of truths.entries()) assert.deepEqual(kindsOf(truth), [], `${index}`);
});

test('each kind of wrong is found', () => {
  const first = call('c0', { a0: 'accepted', b0: 'timed-out' });
  const accepted = acceptedBy(0, 'c0', 'a0');
  const unknownFirst = unknown(unknownCall('c0', 'a0', 'b0'));
  const withoutId = unknown(unknownCall(undefined, 'a0'));
  const createLost = { lostCallbacks: [lost('call_create', 'c0', 'a0', 'b0')] };
  const wrong = {
    twice: [
      evidenceOf(noAnswer, [...allSilent, call('c3', { a1: 'timed-out' })]),
      evidenceOf(accepted, [call('c9', silent), first]),
    ],
    rangOn: [evidenceOf(accepted, [first, call('c1', { a1: 'cancelled' })])],
    contradicts: [
      evidenceOf(noAnswer, [...allSilent.slice(0, 2), call('c2', { a2: 'accepted' })]),
      evidenceOf({ ...noAnswer, result: 'expired' }, [first]),
      evidenceOf({ ...noAnswer, result: 'failed' }, [first]),
      evidenceOf({ ...noAnswer, result: 'failed' }, []),
      evidenceOf({ ...noAnswer, result: 'cancelled' }, []),
      evidenceOf(noAnswer, allSilent.slice(0, 2)),
      evidenceOf(accepted, [call('c0', silent)]),
      evidenceOf(accepted, []),
      evidenceOf(acceptedBy(0, 'c0', 'b0'), [first]),
      evidenceOf(acceptedBy(0, 'other', 'a0'), [first]),
      evidenceOf(acceptedBy(1, 'c0', 'a0'), [first]),
      evidenceOf(acceptedBy(0, 'c0'), [first]),
    ],
    lost: [evidenceOf({ isKnown: false }), evidenceOf(undefined, [])],
    endless: [evidenceOf({ isKnown: true, ...times })],
    unheard: [evidenceOf(noAnswer, allSilent, { heard: new Set() })],
    late: [evidenceOf({ ...noAnswer, endedAtMs: 25_001 })],
    unexplained: [
      evidenceOf(unknown(), [first]),
      evidenceOf(unknownFirst, [first]),
      // One of two phones is explained, or another call is.
      evidenceOf(unknownFirst, [first], { lostCallbacks: [lost('call_accept', 'c0', 'a0')] }),
      evidenceOf(unknownFirst, [first], {
        lostCallbacks: [lost('call_cancel', 'c1', 'a0', 'b0')],
      }),
      // The id of the call is known, so its loss explains nothing.
      evidenceOf(unknownFirst, [first], createLost),
      // A source was left: the callback with the id, the reply.
      evidenceOf(withoutId, [first], { crashes: [crash] }),
      evidenceOf(withoutId, [first], createLost),
      evidenceOf(withoutId, [first], {
        ...createLost,
        crashes: [{ fromMs: 11_001, untilMs: 12_000 }],
      }),
      evidenceOf(withoutId, []),
      evidenceOf(withoutId, [], {
        invites: [{ userIds: ['a1'], isReplyLost: true, isThrottled: true }],
      }),
    ],
  };
  assert.deepEqual(Object.keys(wrong), Object.keys(wrongs));
  for (const [kind, all] of Object.entries(wrong)) {
    for (const [index, evidence] of all.entries()) {
      assert.deepEqual(kindsOf(evidence), [kind], `${kind} ${index}`);
    }
  }
});

test('each kind misses a target, and the truth misses none', () => {
  const targetsOf = (evidence) =>
    judge(countsOf(casesOf([plan], evidence), evidence), evidence).filter(({ isMet }) => !isMet);
  assert.deepEqual(targetsOf(evidenceOf(noAnswer)), []);
  const evidence = evidenceOf(noAnswer);
  const counts = countsOf(casesOf([plan], evidence), evidence);
  for (const kind of Object.keys(wrongs)) {
    const missed = judge({ ...counts, [kind]: 2 }, evidence).filter(({ isMet }) => !isMet);
    assert.equal(missed.length, 1, kind);
    assert.match(missed[0].text, /: 2$/);
  }
  assert.deepEqual(
    judge({ ...counts, throttled: 1 }, evidence).flatMap(({ isMet, text }) => (isMet ? [] : text)),
    [`invites that the sandbox throttled, at most 0.1 % of ${evidence.invites.length}: 1`],
  );
  // A log that is not complete proves nothing.
  assert.equal(
    targetsOf({ ...evidence, calls: allSilent, invites: [...evidence.invites, { callId: 'c9' }] })
      .length,
    1,
  );
});

test('false failures are counted', () => {
  const falseFailures = (result, calls) => {
    const evidence = evidenceOf({ ...noAnswer, result }, calls);
    return countsOf(casesOf([plan], evidence), evidence).falseFailures;
  };
  const first = [call('c0', { a0: 'accepted', b0: 'timed-out' })];
  for (const result of ['no-answer', 'expired', 'failed']) {
    assert.equal(falseFailures(result, first), 1);
  }
  assert.equal(falseFailures('failed', []), 1);
  assert.equal(falseFailures('no-answer', allSilent), 0);
  // That it is not known is no failure.
  assert.equal(falseFailures('unknown', first), 0);
});
