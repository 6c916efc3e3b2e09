import { ZimRateLimitError } from '../errors/errors.js';
import { Failure } from './failure.js';

describe('a failure after a refusal', () => {
  it.each([
    [4_000, 4_000],
    [undefined, 1_000],
  ])('reports its own wait, %p, or the one of the refusal before', (ownMs, reportedMs) => {
    const refused = new Failure(ZimRateLimitError, 'ZIM refused', {
      outcome: 'refused',
      retryAfterMs: 1_000,
    });
    const last = new Failure(ZimRateLimitError, 'too late', {
      outcome: 'not-sent',
      retryAfterMs: ownMs,
    });
    const error = last.after(refused).toError('CallInvite', 1);
    expect(error).toMatchObject({ outcome: 'refused', retryAfterMs: reportedMs });
  });
});
