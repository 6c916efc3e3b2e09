import { checkFaultRule } from '../core/fault-rule.js';
import { faultTable, fieldsOf, isFaultKind } from '../core/fault-table.js';
import { type Redactor } from '../core/redactor.js';
import { magicPrefixes } from '../faults/magic-ids.js';
import { faultPresets } from '../faults/presets.js';
import { type SandboxFaults } from '../faults/sandbox-faults.js';
import { ControlError, readObject, type Route } from './control-request.js';

/** Lists, adds and removes fault rules. */
export function createFaultRoutes(faults: SandboxFaults, redactor: Redactor): Route[] {
  return [
    {
      method: 'GET',
      path: '/__/faults',
      description: 'the fault rules in the order in which they are tried, with their hits',
      run: () => redactor.json({ rules: faults.list() }),
    },
    {
      method: 'POST',
      path: '/__/faults',
      description:
        'adds a rule: { "match"?: { "action"?, "appId"?, "userId"?, "attempt"? }, "times"?, "lastsMs"?, "fault": { "kind", ... } }',
      run: (_, body) => {
        const checked = checkFaultRule(readObject(body));
        if ('problems' in checked) throw new ControlError(400, `${checked.problems.join('; ')}.`);
        return redactor.json({ rule: faults.add(checked.rule) });
      },
    },
    {
      method: 'DELETE',
      path: '/__/faults',
      description: 'removes all rules, or one: ?id=',
      query: ['id'],
      run: (query) => {
        const text = query.get('id');
        if (text === null) {
          faults.clear();
          return { cleared: true };
        }
        if (!/^[1-9]\d{0,14}$/.test(text))
          throw new ControlError(400, 'id must be the number of a rule.');
        if (!faults.remove(Number(text))) throw new ControlError(404, `There is no rule ${text}.`);
        return { removed: Number(text) };
      },
    },
    {
      method: 'GET',
      path: '/__/faults/help',
      description: `the kinds of faults, the presets of --fault, and the prefixes of magic user ids: ${Object.keys(magicPrefixes).join(', ')}`,
      run: () => ({ kinds: kinds(), presets: faultPresets, userIdPrefixes: magicPrefixes }),
    },
  ];
}

function kinds() {
  return Object.keys(faultTable)
    .filter(isFaultKind)
    .map((kind) => ({
      kind,
      explanation: faultTable[kind].explanation,
      when: faultTable[kind].when,
      fields: Object.fromEntries(
        fieldsOf(kind).map(([name, { rule, isOptional }]) => [
          name,
          isOptional ? `${rule}; may be absent` : rule,
        ]),
      ),
    }));
}
