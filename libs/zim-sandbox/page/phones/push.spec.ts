import { readPush } from './push.js';

describe('readPush', () => {
  it('reads the title and content', () => {
    const push = { Enable: 1, Title: 'Alice', Content: 'Video call', Payload: '{}', Badge: 7 };
    expect(readPush(push)).toEqual({ title: 'Alice', content: 'Video call' });
  });

  it.each([{}, { Enable: 0, Title: 'Alice' }, { Enable: '1', Title: 'Alice' }, { Enable: true }])(
    'returns undefined for %j',
    (push) => {
      expect(readPush(push)).toBeUndefined();
    },
  );

  it.each([
    { Enable: 1 },
    { Enable: 1, Title: '', Content: null },
    { Enable: 1, Title: 7, Content: ['x'] },
  ])('returns a push without texts for %j', (push) => {
    expect(readPush(push)).toEqual({});
  });
});
