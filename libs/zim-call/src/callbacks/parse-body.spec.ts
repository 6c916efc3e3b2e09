import { CallbackError } from './callback-error.js';
import { checkStructure, parseBody } from './parse-body.js';

const object = {
  event: 'call_accept',
  text: 'a + b & "c" \\ {} [] : , 中 😀',
  list: [{ a: 1 }, { a: 2 }],
};
const json = JSON.stringify(object);
const bytes = (text: string) => Buffer.from(text);

function read(raw: Uint8Array): unknown {
  const parsed = parseBody(raw);
  checkStructure(parsed.json);
  return parsed.body;
}

describe('a body', () => {
  it.each([
    ['JSON', json],
    ['pretty JSON', JSON.stringify(object, undefined, 2)],
    ['JSON with a byte order mark', `\ufeff${json}`],
    ['percent-encoded JSON', encodeURIComponent(json)],
    ['form-encoded JSON', encodeURIComponent(json).replaceAll('%20', '+')],
    ['percent-encoded JSON whose pluses are pluses', encodeURI(json)],
    ['JSON after white space', `\r\n ${json}`],
  ])('is read: %s', (_, text) => {
    expect(read(bytes(text))).toEqual(object);
  });

  it.each([
    ['nothing', bytes(''), 'neither JSON nor encoded JSON'],
    ['cut JSON', bytes(json.slice(0, -1)), 'neither JSON nor encoded JSON'],
    ['a trailing comma', bytes('{"a":1,}'), 'neither JSON nor encoded JSON'],
    ['a bad escape', bytes('%7B%'), 'neither JSON nor encoded JSON'],
    ['a list', bytes('[]'), 'must be a JSON object'],
    ['null', bytes('null'), 'must be a JSON object'],
    ['lists in lists', bytes(`{"a":${'['.repeat(33)}${']'.repeat(33)}}`), 'deeper than 32'],
    [
      'lists nested 100,000 deep',
      bytes(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
      'deeper than 32',
    ],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not UTF-8'],
    ['a key that comes twice', bytes('{"a":1,"b":{"c":1},"a":2}'), '"a" comes twice'],
    ['a key that comes twice, once escaped', bytes('{"a":1,"\\u0061":2}'), '"\\u0061" comes twice'],
    ['a nested key that comes twice', bytes('{"x":[{"a":1,"a":2}]}'), '"a" comes twice'],
    ['a key that sets a prototype', bytes('{"a":[{"__proto__":{}}]}'), 'no name of a field'],
    [
      'a key that comes twice, percent-encoded',
      bytes(encodeURIComponent('{"a":1,"a":2}')),
      '"a" comes twice',
    ],
  ])('is refused with 400 and the cause: %s', (_, raw, words) => {
    expect(() => read(raw)).toThrow(words);
    expect(() => read(raw)).toThrow(CallbackError);
  });

  it('may have equal keys in different objects', () => {
    expect(read(bytes('{"a":{"a":{"a":"\\"a\\":"}},"b":[{"a":1},{"a":1}]}'))).toBeDefined();
  });

  it('may be nested 32 deep', () => {
    expect(read(bytes(`{"a":${'['.repeat(31)}${']'.repeat(31)}}`))).toBeDefined();
  });
});
