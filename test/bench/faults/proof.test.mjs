// The benchmark itself, with few invites: real processes, real connections, every kind of trouble.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { killAllChildren } from '../pacing/children.mjs';
import { casesOf, countsOf, violationsOf } from './judge.mjs';
import { createPlan } from './plan.mjs';
import { describeViolation } from './report.mjs';
import { runTrial } from './trial.mjs';

const choice = { seed: 3, invites: 300, concurrency: 30 };
const plan = createPlan(choice.seed, choice.invites);

after(killAllChildren);

test('ours never rings twice, and never says what is not true', { timeout: 60_000 }, async () => {
  const trial = await runTrial('ours', choice, () => undefined);
  const cases = casesOf(plan, trial);
  assert.equal(violationsOf(cases).map(describeViolation).join('\n'), '');
  const counts = countsOf(cases);
  assert.equal(counts.twice + counts.deniedButRang + counts.doneButSilent, 0);
  assert.ok(counts.done > 0 && counts.unknownRang > 0 && counts.unknownSilent > 0);
  assert.deepEqual(trial.left, []);
  assert.equal(trial.exitCode, 0);
});

test('the same plan finds out who retries blindly', { timeout: 60_000 }, async () => {
  const counts = countsOf(casesOf(plan, await runTrial('axios-retry', choice, () => undefined)));
  assert.ok(counts.twice > 0 && counts.deniedButRang > 0 && counts.doneButSilent > 0);
});
