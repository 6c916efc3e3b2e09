import { readableData } from './extended-data.js';

describe('readableData', () => {
  it('indents JSON', () => {
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

  it('formats as JSON.stringify does', () => {
    const value = { a: [1, -2.5e10, true, [], {}, [[]]], 'b\\"': 'c{,}[:]\n', c: { d: ' e ' } };
    const text = JSON.stringify(value, undefined, 2);
    expect(readableData(JSON.stringify(value))).toBe(text);
    expect(readableData(text)).toBe(text);
  });

  it('keeps digits and duplicate keys that JSON.parse would lose', () => {
    expect(readableData('{"id":12345678901234567890,"id":1.10}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "id": 1.10\n}',
    );
  });

  it('keeps a first line that is not JSON above it', () => {
    const correlationLine = 'zim-call/1 AAAAAAAAAAAAAAAAAAAAAA\n';
    expect(readableData(`${correlationLine}{"a":1}`)).toBe(`${correlationLine}{\n  "a": 1\n}`);
    expect(readableData(`${correlationLine}hello`)).toBe(`${correlationLine}hello`);
    expect(readableData(correlationLine)).toBe(correlationLine);
  });

  it.each(['', 'hello', '17', '"text"', 'null', '{"a":1', 'a\n\n{"b":1', '{"a":1}\n{"b":2}'])(
    'leaves other text unchanged: %j',
    (text) => {
      expect(readableData(text)).toBe(text);
    },
  );

  it('leaves JSON unchanged if indenting would make it too long', () => {
    const deep = '['.repeat(1000) + ']'.repeat(1000);
    expect(readableData(deep)).toBe(deep);
  });
});
