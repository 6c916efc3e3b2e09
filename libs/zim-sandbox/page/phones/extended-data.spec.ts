import { readableData } from './extended-data.js';

describe('extended data', () => {
  it('is indented where it is JSON', () => {
    expect(readableData('{"kind":"video","to":["bob","carol"],"more":{"a":null}}')).toBe(
      [
        '{',
        '  "kind": "video",',
        '  "to": [',
        '    "bob",',
        '    "carol"',
        '  ],',
        '  "more": {',
        '    "a": null',
        '  }',
        '}',
      ].join('\n'),
    );
  });

  it('looks as JSON.stringify would write it', () => {
    const value = { a: [1, -2.5e10, true, [], {}, [[]]], 'b\\"': 'c{,}[:]\n', c: { d: ' e ' } };
    const text = JSON.stringify(value, undefined, 2);
    expect(readableData(JSON.stringify(value))).toBe(text);
    expect(readableData(text)).toBe(text);
  });

  it('keeps what JavaScript would lose', () => {
    expect(readableData('{"id":12345678901234567890,"id":1.10}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "id": 1.10\n}',
    );
  });

  it('keeps a first line that is no JSON above it', () => {
    const mark = 'zim-call/1 AAAAAAAAAAAAAAAAAAAAAA\n';
    expect(readableData(`${mark}{"a":1}`)).toBe(`${mark}{\n  "a": 1\n}`);
    expect(readableData(`${mark}hello`)).toBe(`${mark}hello`);
    expect(readableData(mark)).toBe(mark);
  });

  it.each(['', 'hello', '17', '"text"', 'null', '{"a":1', 'a\n\n{"b":1', '{"a":1}\n{"b":2}'])(
    'is as it came where it is none: %j',
    (text) => {
      expect(readableData(text)).toBe(text);
    },
  );

  it('is as it came where indenting would blow it up', () => {
    const nest = '['.repeat(1000) + ']'.repeat(1000);
    expect(readableData(nest)).toBe(nest);
  });
});
