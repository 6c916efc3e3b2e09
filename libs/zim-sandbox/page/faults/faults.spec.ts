import { checkFaultRule } from '../../src/core/fault-rule.js';
import { faultText, matchText } from './describe-rule.js';
import { presetNames, presetRule } from './presets.js';

it.each(presetNames)('%s is a rule that the sandbox takes, for one app', (name) => {
  const rule = presetRule(name, 7);
  expect(checkFaultRule(rule)).toEqual({ rule });
  expect(rule.match?.appId).toBe(7);
});

it('tells a rule as the sandbox names it', () => {
  const rule = presetRule('throttled', 7);
  expect(faultText(rule)).toBe('code code=660300005 retryAfterSeconds=1');
  expect(matchText(rule)).toBe('appId=7');
  expect(matchText({ fault: { kind: 'hang' } })).toBe('');
});
