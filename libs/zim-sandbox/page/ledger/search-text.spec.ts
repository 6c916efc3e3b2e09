import { sampleEntry } from '../testing/sample-entry.js';
import { searchText } from './search-text.js';

describe('searchText', () => {
  it('holds ids, action, code, hint, query and body in lower case', () => {
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

  it('joins no two fields', () => {
    const text = searchText(sampleEntry({ body: { UserIds: ['anna', 'bert'] } }));
    expect(text).not.toContain('annabert');
    expect(text).not.toContain('anna bert');
  });

  it('is bounded, and has the ids also of a long body', () => {
    const entry = sampleEntry({
      callId: 'the-call',
      body: { ExtendedData: 'x'.repeat(100_000), UserIds: ['last'] },
    });
    expect(searchText(entry).length).toBeLessThanOrEqual(8192);
    expect(searchText(entry)).toContain('the-call');
  });

  it('is made once', () => {
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
