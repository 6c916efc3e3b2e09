import { sampleEntry } from '../testing/sample-entry.js';
import { passOf } from './request-filter.js';

const invite = sampleEntry({ body: { FromUserId: 'Alice' } });
const refused = sampleEntry({ action: 'CallAccept', code: 660900004 });
const misspelt = sampleEntry({ action: 'callInvite', code: 100000007 });
const nameless = sampleEntry({ action: undefined, code: 100000006 });
const all = [invite, refused, misspelt, nameless];

function passing(filter: Parameters<typeof passOf>[0]) {
  const pass = passOf(filter);
  if (pass === undefined) throw new Error('Everything passes.');
  return all.filter(pass);
}

describe('passOf', () => {
  it('asks nothing where nothing is given', () => {
    expect(passOf({ text: '' })).toBeUndefined();
    expect(passOf({ text: '  ' })).toBeUndefined();
  });

  it('asks for a text, whatever its capitals and the space around it', () => {
    expect(passing({ text: ' aLiCe ' })).toEqual([invite]);
    expect(passing({ text: '1000000' })).toEqual([misspelt, nameless]);
  });

  it('asks for an action, or for one that is none', () => {
    expect(passing({ text: '', action: 'CallInvite' })).toEqual([invite]);
    expect(passing({ text: '', action: 'other' })).toEqual([misspelt, nameless]);
  });

  it('asks for an outcome, and for all at once', () => {
    expect(passing({ text: '', outcome: 'refused' })).toEqual([refused, misspelt, nameless]);
    expect(passing({ text: 'callinvite', outcome: 'refused', action: 'other' })).toEqual([
      misspelt,
    ]);
  });
});
