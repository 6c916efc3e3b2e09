import { sampleEntry } from '../testing/samples.js';
import { predicateOf, searchText } from './request-filter.js';

const invite = sampleEntry({ body: { FromUserId: 'Alice' } });
const refused = sampleEntry({ action: 'CallAccept', code: 660900004 });
const misspelt = sampleEntry({ action: 'callInvite', code: 100000007 });
const withoutAction = sampleEntry({ action: undefined, code: 100000006 });
const all = [invite, refused, misspelt, withoutAction];

function matching(filter: Parameters<typeof predicateOf>[0]) {
  const predicate = predicateOf(filter);
  if (predicate === undefined) throw new Error('Every request matches.');
  return all.filter(predicate);
}

describe('predicateOf', () => {
  it('is undefined for an empty filter', () => {
    expect(predicateOf({ text: '' })).toBeUndefined();
    expect(predicateOf({ text: '  ' })).toBeUndefined();
  });

  it('matches a text, ignoring case and surrounding spaces', () => {
    expect(matching({ text: ' aLiCe ' })).toEqual([invite]);
    expect(matching({ text: '1000000' })).toEqual([misspelt, withoutAction]);
  });

  it('matches an Action, or all others', () => {
    expect(matching({ text: '', action: 'CallInvite' })).toEqual([invite]);
    expect(matching({ text: '', action: 'other' })).toEqual([misspelt, withoutAction]);
  });

  it('matches an outcome, and all fields together', () => {
    expect(matching({ text: '', outcome: 'refused' })).toEqual([refused, misspelt, withoutAction]);
    expect(matching({ text: 'callinvite', outcome: 'refused', action: 'other' })).toEqual([
      misspelt,
    ]);
  });
});

describe('searchText', () => {
  it('contains ids, action, code, hint, query and body in lower case', () => {
    const text = searchText(
      sampleEntry({
        id: 77,
        code: 660900003,
        hint: 'not registered with this AppID: Carol',
        callId: '13579',
        failed: [{ userId: 'Dave', code: 660500002 }],
        fault: { id: 4, kind: 'delay' },
        query: { Timestamp: '1795420800' },
        body: { FromUserId: 'Alice', UserIds: ['Carol'], OfflinePush: { Title: 'Hallo Wörld' } },
      }),
    );
    for (const part of [
      '77',
      'callinvite',
      '660900003',
      'not registered with this appid: carol',
      '13579',
      'dave',
      'delay',
      '1795420800',
      'alice',
      'userids',
      'hallo wörld',
    ])
      expect(text).toContain(part);
  });

  it('matches no text across two fields', () => {
    const text = searchText(sampleEntry({ body: { UserIds: ['anna', 'bert'] } }));
    expect(text).not.toContain('annabert');
    expect(text).not.toContain('anna bert');
  });

  it('is limited in length, and contains the call id before a long body', () => {
    const entry = sampleEntry({
      callId: 'the-call',
      body: { ExtendedData: 'x'.repeat(100_000), UserIds: ['last'] },
    });
    expect(searchText(entry).length).toBeLessThanOrEqual(8192);
    expect(searchText(entry)).toContain('the-call');
  });

  it('is computed once', () => {
    let reads = 0;
    const body = {
      get UserIds() {
        reads++;
        return ['bob'];
      },
    };
    const entry = sampleEntry({ body });
    expect(searchText(entry)).toBe(searchText(entry));
    expect(reads).toBe(1);
  });
});
