import fc from 'fast-check';
import { correlationOverheadBytes, readCorrelation, writeCorrelation } from './correlation.js';
import { utf8ByteLength } from './text.js';

// Much faster to set up than fast-check's own `binary`.
const codePoints = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map((point) => String.fromCodePoint(point < 0xd800 ? point : point + 0x800));
const correlationId = 'AAAAAAAAAAEAAAAAAAAAAg';

describe('the correlation envelope', () => {
  it('is one line before the text', () => {
    expect(writeCorrelation(correlationId, 'hello')).toBe(`zim-call/1 ${correlationId}\nhello`);
  });

  it('returns any text unchanged, and adds 34 bytes', () => {
    expect(correlationOverheadBytes).toBe(34);
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, fc.string({ unit: codePoints }), (id, extendedData) => {
        const expected = { correlationId: Buffer.from(id).toString('base64url'), extendedData };
        const written = writeCorrelation(expected.correlationId, extendedData);
        expect(readCorrelation(written)).toEqual(expected);
        expect(utf8ByteLength(written) - utf8ByteLength(extendedData)).toBe(34);
      }),
    );
  });

  it('is removed once: a text that begins with such a line keeps it', () => {
    const extendedData = writeCorrelation('BBBBBBBBBBBBBBBBBBBBBA', 'x');
    expect(readCorrelation(writeCorrelation(correlationId, extendedData))).toEqual({
      correlationId,
      extendedData,
    });
  });

  it.each([
    ['no envelope', 'hello'],
    ['nothing', ''],
    ['no end of the line', `zim-call/1 ${correlationId}`],
    ['another end of the line', `zim-call/1 ${correlationId}\r\nx`],
    ['another version', `zim-call/2 ${correlationId}\nx`],
    ['an id that is too short', `zim-call/1 ${correlationId.slice(1)}\nx`],
    ['an id that is too long', `zim-call/1 ${correlationId}A\nx`],
    ['another alphabet', `zim-call/1 ${correlationId.slice(1)}+\nx`],
    ['something before it', ` zim-call/1 ${correlationId}\nx`],
    ['the line further down', `x\nzim-call/1 ${correlationId}\nx`],
  ])('does not change a text with %s', (_, extendedData) => {
    expect(readCorrelation(extendedData)).toEqual({ extendedData });
  });
});
