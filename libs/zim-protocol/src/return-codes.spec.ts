import { findZimAction } from './actions.js';
import { isZimRegion, zimRegionUrl } from './regions.js';
import { returnCodeTable } from './return-code-table.js';
import { findZimReturnCode, zimReturnCodes } from './return-codes.js';

const codesWith = (outcome: string) =>
  [...zimReturnCodes.values()].filter((entry) => entry.outcome === outcome).map((e) => e.code);

describe('return codes', () => {
  it('lists 140 codes, each once, with meaning and advice', () => {
    expect(returnCodeTable).toHaveLength(140);
    expect(zimReturnCodes.size).toBe(140);
    for (const { meaning, advice } of zimReturnCodes.values())
      expect(Math.min(meaning.length, advice.length)).toBeGreaterThan(3);
  });

  it('classifies throttles and an expired signature as refused', () => {
    expect(codesWith('refused').sort((a, b) => a - b)).toEqual([
      7, 100000004, 660300005, 660300006, 660500003, 660600004, 660600005, 660600007, 660600010,
      660700001,
    ]);
  });

  it.each([1, 105001, 660000001, 660000003, 100000015])('classifies %d as unknown', (code) => {
    expect(findZimReturnCode(code)?.outcome).toBe('unknown');
  });

  it.each([
    2, 3, 100000005, 100000010, 100000011, 100000012, 660000002, 660500002, 660900003, 660900004,
    660900007,
  ])('classifies %d as rejected', (code) => {
    expect(findZimReturnCode(code)?.outcome).toBe('rejected');
  });

  it.each([
    [660300013, 'rejected'],
    [660400102, 'rejected'],
    [660400103, 'unknown'],
    [660400104, 'unknown'],
    [660800054, 'unknown'],
    [660000013, 'unknown'],
    [660000015, 'unknown'],
  ])('has %d, which only the page of an operation lists: %s', (code, outcome) => {
    expect(findZimReturnCode(code)?.outcome).toBe(outcome);
  });

  it.each([100000010, 100000011, 100000012, 100000015])(
    'has the category server for %d, not auth',
    (code) => {
      expect(findZimReturnCode(code)?.category).toBe('server');
    },
  );

  it('classifies only 0 as done, and has no undocumented code', () => {
    expect(codesWith('done')).toEqual([0]);
    expect(findZimReturnCode(660999999)).toBeUndefined();
  });
});

describe('actions and regions', () => {
  it('finds an action by its exact name only', () => {
    expect(findZimAction('CallInvite')).toEqual({
      method: 'POST',
      callsPerSecond: 20,
      throttleCode: 660300005,
      signatureVersion: '2.0',
      repeatable: false,
    });
    expect(findZimAction('CallAccept')?.method).toBe('GET');
    expect(findZimAction('UserRegister')?.throttleCode).toBe(660700001);
    expect(findZimAction('CallAck')?.signatureVersion).toBe('3.0');
    expect(findZimAction('callinvite')).toBeUndefined();
    expect(findZimAction('toString')).toBeUndefined();
  });

  it('has the hosts of the regions', () => {
    expect(zimRegionUrl('unified')).toBe('https://zim-api.zego.im');
    expect(zimRegionUrl('fra')).toBe('https://zim-api-fra.zego.im');
    expect(isZimRegion('bom')).toBe(true);
    expect(isZimRegion('constructor')).toBe(false);
  });
});
