import type { ZimCallError } from 'nestjs-zim-call';
import { zimReturnCodes } from 'zim-protocol';
import type { FaultCase } from './fault-case.js';
import { limits, playCase, type CaseResult } from './fault-scene.js';
import { faultTable } from './fault-table.js';

const cases = faultTable.flatMap((section) => section.cases);

// The gzip bomb keeps a slow machine busy.
jest.setTimeout(30_000);

function factsOf({ name, outcome, vendorCode }: ZimCallError) {
  return { name, outcome, vendorCode };
}

function expectTime({ time }: FaultCase, { elapsedMs }: CaseResult): void {
  if (time === 'at once') expect(elapsedMs).toBe(0);
  else if ('endsAt' in time) expect(elapsedMs).toBe(limits[time.endsAt]);
  else {
    expect(elapsedMs).toBeGreaterThan(0);
    if ('waitsMs' in time) expect(elapsedMs).toBeLessThanOrEqual(time.waitsMs);
    else expect(elapsedMs).toBeLessThan(limits[time.staysBelow]);
  }
}

function expectNothingLeft({ error, attempts }: FaultCase, played: CaseResult): void {
  // A connection whose reply arrived whole waits for the next request; any other is closed.
  const wasBroken = error?.name === 'ZimConnectionError' || error?.name === 'ZimTimeoutError';
  expect(played.openAfterCall).toBeLessThanOrEqual(wasBroken && attempts > 0 ? 0 : 1);
  if (played.arrived > 0) expect(played.connections).toBeGreaterThan(0);
  expect(played.openAfterClose).toBe(0);
  expect(played.timersLeft).toBe(0);
}

describe('the fault table', () => {
  it.each(cases.map((one): [string, FaultCase] => [one.name[0], one]))('%s', async (_, one) => {
    const played = await playCase(one);
    const { error } = played;
    expect(error && factsOf(error)).toEqual(one.error);
    expect(error?.attempts ?? one.attempts).toBe(one.attempts);
    expect(played).toMatchObject({ arrived: one.arrived ?? one.attempts, executed: one.executed });
    expectTime(one, played);
    expectNothingLeft(one, played);
    if (one.setup.reused === true) expect(played.connections).toBe(1);
  });

  it('has a case for every code with which ZIM throttles', () => {
    const throttles = [...zimReturnCodes.values()].filter(
      ({ category }) => category === 'rate-limit',
    );
    const covered = cases.flatMap(({ error }) =>
      error?.name === 'ZimRateLimitError' ? [error.vendorCode] : [],
    );
    const codes = throttles.map(({ code }) => code);
    expect(codes.filter((code) => !covered.includes(code))).toEqual([]);
  });
});
