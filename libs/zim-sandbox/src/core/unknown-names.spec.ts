import { unknownNames } from './unknown-names.js';

it.each([
  ['user', 'users'],
  ['USERS', 'users'],
  ['callbackURL', 'callbackUrl'],
  ['callback_url', 'callbackUrl'],
  ['prot', 'port'],
  ['url', 'callbackUrl'],
])('names what %s may have been meant to be: %s', (name, nearest) => {
  const known = ['port', 'apps', 'users', 'callbackUrl'];
  expect(unknownNames([name, 'port'], known)).toEqual([
    `${name} is unknown: did you mean ${nearest}? there are port, apps, users, callbackUrl`,
  ]);
});

it('names none that is like nothing', () => {
  expect(unknownNames(['toString'], ['port', 'apps'])).toEqual([
    'toString is unknown: there are port, apps',
  ]);
});

it('says so when there is nothing to be named, and puts the path before the names', () => {
  expect(unknownNames(['x'], [])).toEqual(['x is unknown: there are none here']);
  expect(unknownNames(['userid'], ['userId'], 'users[1].')).toEqual([
    'users[1].userid is unknown: did you mean userId? there are userId',
  ]);
});
