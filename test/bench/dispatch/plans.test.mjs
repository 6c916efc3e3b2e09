import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlans, faultsOf, phonesOf } from './plans.mjs';
import { apps, shares } from './settings.mjs';

const plans = createPlans(7, 2_000);
const share = (items, test) => items.filter(test).length / items.length;
const isNear = (actual, expected) => Math.abs(actual - expected) < expected / 4;

test('a seed decides all', () => {
  assert.deepEqual(createPlans(7, 2_000), plans);
  assert.notDeepEqual(createPlans(8, 2_000), plans);
});

test('each phone belongs to one step, and answers while it rings', () => {
  const phones = phonesOf(plans);
  assert.equal(new Set(phones.map(({ userId }) => userId)).size, phones.length);
  for (const { steps } of plans) {
    assert.equal(steps.length, 3);
    for (const { ringSeconds, phones: own } of steps) {
      assert.ok([1, 2, 3].includes(ringSeconds));
      for (const { afterMs } of own) assert.ok(afterMs <= ringSeconds * 1_000);
    }
  }
  for (const answer of ['accept', 'reject', 'none']) {
    assert.ok(share(phones, (phone) => phone.answer === answer) > 0.2, answer);
  }
});

test('as many replies are lost as the settings say, for both ways alike', () => {
  const steps = plans.flatMap((plan) => plan.steps);
  assert.ok(
    isNear(
      share(steps, ({ losesReply }) => losesReply),
      shares.lostReply,
    ),
  );
  const rules = faultsOf(plans).filter(({ fault }) => fault.kind === 'reset');
  const usersOf = ({ appId }) =>
    rules.filter(({ match }) => match.appId === appId).map(({ match }) => match.userId);
  const [ours, plain] = Object.values(apps).map(usersOf);
  assert.ok(ours.length > 0);
  assert.deepEqual(ours, plain);
  assert.ok(rules.every(({ times, fault }) => times === 1 && fault.when === 'after'));
});
