import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planState } from '../decide/next-step.js';
import { readEvent } from './ring-event.js';
import { readRecord } from './ring-plan.js';

const folder = join(__dirname, '../fixtures');
const fixtures = readdirSync(folder).map((name): [string, StoredFixture] => [
  name,
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as StoredFixture,
]);

/** A plan as version 1 has stored it: these files never change. */
interface StoredFixture {
  readonly record: unknown;
  readonly events: readonly unknown[];
  /** What a reader must make of it an hour after its start. */
  readonly result: unknown;
}

describe('plans that were stored before', () => {
  it.each(fixtures)('%s is read', (_name, { record, events, result }) => {
    const plan = readRecord(JSON.stringify(record));
    const history = events
      .map((event) => readEvent(JSON.stringify(event)))
      .filter((event) => event !== undefined);
    expect(history).toHaveLength(events.length);
    const { decision } = planState(plan, history, plan.startAtMs + 3_600_000);
    const ended = history.find((event) => event.type === 'ended');
    const found = decision.do === 'end' ? decision.result : ended?.result;
    expect(found).toMatchObject(result as object);
  });

  it('are more than none', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(3);
  });

  it('of a later version are refused, and events of unknown kinds left out', () => {
    expect(() => readRecord('{"version":2}')).toThrow(
      /version 2, and this package reads version 1/,
    );
    expect(() => readRecord('"x"')).toThrow(/reads version 1/);
    expect(readEvent('{"type":"later","atMs":1}')).toBeUndefined();
  });
});
