// What counts as wrong when something goes wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './chaos-judge.mjs';

const frame = { deadlineMs: 1_000, fromMs: 2_000, untilMs: 4_000, tailTenant: 'tail' };
const jobs = [
  { id: 'a', atMs: 0, process: 0, tenant: 'A' },
  { id: 'b', atMs: 5_000, process: 1, tenant: 'tail' },
];
const arrivals = [
  { ...jobs[0], atMs: 10, accepted: true },
  { ...jobs[1], atMs: 5_010, accepted: true },
];
const results = [
  { id: 'a', submittedAtMs: 0, settledAtMs: 20, outcome: 'done' },
  { id: 'b', submittedAtMs: 5_000, settledAtMs: 5_020, outcome: 'done' },
];
const wrongs = (changed, frameChanges = {}) =>
  judge(jobs, { arrivals, results, ...changed }, { ...frame, ...frameChanges }).wrongs;

test('nothing is wrong when each call arrives once and has one result', () => {
  const { wrongs: none, ...facts } = judge(jobs, { arrivals, results }, frame);
  assert.deepEqual(none, []);
  assert.deepEqual(facts.maxInWindow, { whole: 1, before: 1, meanwhile: 0, after: 1 });
  assert.deepEqual([facts.calls, facts.done, facts.tailDone], [2, 2, 1]);
  assert.equal(facts.latestMs, -980);
});

test('a call that comes again after it was accepted', () => {
  assert.deepEqual(wrongs({ arrivals: [...arrivals, { ...arrivals[0], atMs: 900 }] }), [
    '1 arrived twice',
  ]);
});

test('a call that comes again after it was refused is refused, not doubled', () => {
  const refused = { ...arrivals[0], atMs: 5, accepted: false };
  assert.deepEqual(wrongs({ arrivals: [refused, ...arrivals] }), ['1 refused']);
});

test('a result that is missing, or there twice', () => {
  const [first, second] = results;
  assert.deepEqual(wrongs({ results: [second] }), ['1 without exactly one result']);
  assert.deepEqual(wrongs({ results: [first, first, second] }), ['1 without exactly one result']);
});

test('a call that arrived and is reported as not sent', () => {
  const [first, second] = results;
  assert.deepEqual(wrongs({ results: [{ ...first, outcome: 'not-sent' }, second] }), [
    '1 arrived, but are reported as not sent',
  ]);
});

test('a result after its deadline, unless its process stood still', () => {
  const late = { ...results[0], submittedAtMs: 1_500, settledAtMs: 4_050 };
  const changed = { results: [late, results[1]] };
  assert.deepEqual(wrongs(changed), ['a result 1550 ms after its deadline']);
  assert.deepEqual(wrongs(changed, { stoppedProcess: 0 }), []);
  assert.deepEqual(wrongs(changed, { stoppedProcess: 1 }), ['a result 1550 ms after its deadline']);
});

test('more than the quota, over the borders of the incident too', () => {
  const many = Array.from({ length: 21 }, (_, index) => ({
    id: `m${index}`,
    atMs: 1_900 + index * 10,
    process: 0,
    tenant: 'A',
    accepted: true,
  }));
  assert.deepEqual(wrongs({ arrivals: [...arrivals, ...many] }), ['21 in one second']);
});

test('calls that are not done when all is over', () => {
  const [first, second] = results;
  assert.deepEqual(wrongs({ results: [first, { ...second, outcome: 'unknown' }] }), [
    '0 of 1 when idle again',
  ]);
});
