import type { ZimCallError } from 'nestjs-zim-call';
import { zimReturnCodes } from 'zim-protocol';
import type { FaultRow } from './fault-row.js';
import { limits, playRow, type Played } from './fault-scene.js';
import { faultTable } from './fault-table.js';

const rows = faultTable.flatMap((section) => section.rows);

// The gzip bomb keeps a slow machine busy.
jest.setTimeout(30_000);

function factsOf({ name, outcome, vendorCode }: ZimCallError) {
  return { name, outcome, vendorCode };
}

function expectTime({ time }: FaultRow, { elapsedMs }: Played): void {
  if (time === 'at once') expect(elapsedMs).toBe(0);
  else if ('endsAt' in time) expect(elapsedMs).toBe(limits[time.endsAt]);
  else {
    expect(elapsedMs).toBeGreaterThan(0);
    if ('waitsMs' in time) expect(elapsedMs).toBeLessThanOrEqual(time.waitsMs);
    else expect(elapsedMs).toBeLessThan(limits[time.staysBelow]);
  }
}

function expectNothingLeft({ error, attempts }: FaultRow, played: Played): void {
  // A connection that has brought its whole reply waits for the next request; any other is closed.
  const wasBroken = error?.name === 'ZimConnectionError' || error?.name === 'ZimTimeoutError';
  expect(played.openAfterwards).toBeLessThanOrEqual(wasBroken && attempts > 0 ? 0 : 1);
  if (played.seen > 0) expect(played.connections).toBeGreaterThan(0);
  expect(played.openAtTheEnd).toBe(0);
  expect(played.timersLeft).toBe(0);
}

describe('the table of faults', () => {
  it.each(rows.map((row): [string, FaultRow] => [row.what[0], row]))('%s', async (_, row) => {
    const played = await playRow(row);
    const { error } = played;
    expect(error && factsOf(error)).toEqual(row.error);
    expect(error?.attempts ?? row.attempts).toBe(row.attempts);
    expect(played).toMatchObject({ seen: row.seen ?? row.attempts, executed: row.executed });
    expectTime(row, played);
    expectNothingLeft(row, played);
    if (row.doing.reused === true) expect(played.connections).toBe(1);
  });

  it('has a row for every code with which ZIM throttles', () => {
    const throttles = [...zimReturnCodes.values()].filter(
      ({ category }) => category === 'rate-limit',
    );
    const told = rows.flatMap(({ error }) =>
      error?.name === 'ZimRateLimitError' ? [error.vendorCode] : [],
    );
    const codes = throttles.map(({ code }) => code);
    expect(codes.filter((code) => !told.includes(code))).toEqual([]);
  });
});
