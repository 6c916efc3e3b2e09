import { sampleEntry } from '../testing/sample-entry.js';
import { fixOf } from './fix.js';

describe('fixOf', () => {
  it('follows the cause that the sandbox found, not only the code', () => {
    expect(fixOf(sampleEntry({ code: 100000004, cause: 'timestamp-milliseconds' }))).toEqual({
      by: 'cause',
      cause: 'timestamp-milliseconds',
    });
  });

  it('follows the code where the sandbox names no cause', () => {
    expect(fixOf(sampleEntry({ code: 660500002 }))).toEqual({ by: 'code', code: 660500002 });
  });

  it('blames no clock for a fault that moved it', () => {
    expect(
      fixOf(
        sampleEntry({
          code: 100000004,
          cause: 'timestamp-behind',
          fault: { kind: 'clock-skew', id: 1 },
        }),
      ),
    ).toEqual({ by: 'injected-clock' });
  });

  it('follows an injected code, whatever the sandbox would have said', () => {
    expect(
      fixOf(
        sampleEntry({
          code: 660300005,
          cause: 'timestamp-behind',
          fault: { kind: 'code', when: 'after', id: 1 },
        }),
      ),
    ).toEqual({ by: 'code', code: 660300005 });
  });

  it('has nothing to fix where nothing was refused', () => {
    expect(fixOf(sampleEntry({ code: 0 }))).toBeUndefined();
    expect(
      fixOf(sampleEntry({ code: undefined, fault: { kind: 'hang', when: 'before' } })),
    ).toBeUndefined();
  });
});
