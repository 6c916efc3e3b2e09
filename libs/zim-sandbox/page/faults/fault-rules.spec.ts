import { checkFaultRule } from '../../src/core/fault-rule.js';
import { faultText, matchText, presetNames, presetRule } from './fault-rules.js';

it.each(presetNames)('the preset %s is a valid rule for one app', (name) => {
  const rule = presetRule(name, 7);
  expect(checkFaultRule(rule)).toEqual({ rule });
  expect(rule.match?.appId).toBe(7);
});

it('describes a rule with the names of the control API', () => {
  const rule = presetRule('throttled', 7);
  expect(faultText(rule)).toBe('code code=660300005 retryAfterSeconds=1');
  expect(matchText(rule)).toBe('appId=7');
  expect(matchText({ fault: { kind: 'hang' } })).toBe('');
});
