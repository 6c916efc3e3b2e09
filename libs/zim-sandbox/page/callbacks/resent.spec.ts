import { readResent } from './resent.js';

describe('readResent', () => {
  it('reads what came of the last attempt', () => {
    const attempts = [{ status: 500 }, { status: 204, durationMs: 3 }];
    expect(readResent({ delivery: { attempts } })).toEqual({ status: 204 });
    expect(readResent({ delivery: { attempts: [...attempts, { error: 'no answer' }] } })).toEqual({
      error: 'no answer',
    });
  });

  it('takes anything else for no answer', () => {
    for (const content of [undefined, null, 'text', {}, { delivery: { attempts: [] } }])
      expect(readResent(content)).toBeUndefined();
  });
});
