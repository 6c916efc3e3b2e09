import { parseTarget } from './target.js';

it.each([
  ['/', '/', []],
  ['', '/', []],
  ['/?Action=A', '/', [['Action', 'A']]],
  ['?Action=A', '/', [['Action', 'A']]],
  ['http://host:1?Action=A', '/', [['Action', 'A']]],
  ['http://host/x?Action=A', '/x', [['Action', 'A']]],
  ['/__/state', '/__/state', []],
  [
    '/?a=1+2&b=1%2B2',
    '/',
    [
      ['a', '1 2'],
      ['b', '1+2'],
    ],
  ],
  ['/?a=http://x/?b', '/', [['a', 'http://x/?b']]],
])('splits %j', (target, path, parameters) => {
  const parsed = parseTarget(target);
  expect(parsed.path).toBe(path);
  expect([...parsed.query]).toEqual(parameters);
});
