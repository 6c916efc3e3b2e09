import { unknownNames } from './unknown-names.js';

it.each([
  ['user', 'users'],
  ['USERS', 'users'],
  ['callbackURL', 'callbackUrl'],
  ['callback_url', 'callbackUrl'],
  ['prot', 'port'],
  ['url', 'callbackUrl'],
])('suggests for %s the known name %s', (name, nearest) => {
  const known = ['port', 'apps', 'users', 'callbackUrl'];
  expect(unknownNames([name, 'port'], known)).toEqual([
    `${name} is unknown; did you mean ${nearest}? known names: port, apps, users, callbackUrl`,
  ]);
});

it('suggests nothing if no known name is similar', () => {
  expect(unknownNames(['toString'], ['port', 'apps'])).toEqual([
    'toString is unknown; known names: port, apps',
  ]);
});

it('says when there are no known names, and puts the path before the name', () => {
  expect(unknownNames(['x'], [])).toEqual(['x is unknown; no names are known here']);
  expect(unknownNames(['userid'], ['userId'], 'users[1].')).toEqual([
    'users[1].userid is unknown; did you mean userId? known names: userId',
  ]);
});
