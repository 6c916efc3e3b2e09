import fc from 'fast-check';
import { badUnlisted, goodUnlisted } from './invite-rules.js';

const plain = 'aZ09 !#$%&()+-:;<=.>?@[]^_{}|~'.split('');
const foreign = ['"', "'", '*', ',', '/', '\\', '`', '\0', '\n', '\x7f', 'é', '–', '€', '😀', 'Ａ'];
const anyCharacter = fc.integer({ min: 0, max: 0x2ff }).map((unit) => String.fromCharCode(unit));

const goodId = fc
  .tuple(fc.constantFrom(...plain), fc.constantFrom(0, 1, 5, 30, 31), fc.nat({ max: 999 }))
  .map(([symbol, length, number]) => `${number}${symbol}`.padEnd(length, 'x').slice(0, 32));
const oddId: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>('', '', undefined, null, 7, true, ['alice']),
  fc
    .tuple(fc.constantFrom('x', 'é', '€', '😀', '-'), fc.integer({ min: 7, max: 34 }))
    .map(([character, length]) => character.repeat(length)),
  fc
    .tuple(fc.oneof(fc.constantFrom(...foreign), anyCharacter), fc.boolean())
    .map(([character, isLast]) => (isLast ? `bob${character}` : `${character}bob`)),
  // A UUID with its dashes.
  fc.uuid(),
);

const usual = <T>(good: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ arbitrary: good, weight: 7 }, { arbitrary: odd, weight: 1 });

/** Ids that differ in their first letter: cheaper than to draw each and compare. */
const callees = (least: number, most: number) =>
  fc
    .tuple(fc.integer({ min: least, max: most }), goodId, goodId)
    .map(([count, even, odd]) =>
      Array.from({ length: count }, (_, index) =>
        `${'abcdefghijk'.charAt(index)}${index % 2 === 0 ? even : odd}`.slice(0, 32),
      ),
    );
const oddCallees: fc.Arbitrary<unknown> = fc.oneof(
  callees(8, 11),
  fc.tuple(callees(1, 8), oddId).map(([ids, odd]) => [...ids, odd]),
  callees(1, 8).map((ids) => [...ids, ids[0]]),
  fc.constantFrom<unknown>([], [], undefined, 'bob', { 0: 'bob', length: 1 }, 0, [['bob']]),
);

const timeouts = fc.oneof(fc.constantFrom(undefined, null, 0, -0, 1, 90, 599, 600), fc.nat(600));
const oddTimeouts: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(601, -1, 1.5, 600.5, '30', '', true, [30], {}, 1e300, 5e-324),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double({ min: -10, max: 700, noNaN: true }),
);

/** A text of so many bytes, of characters of so many. */
const textAround = fc
  .tuple(fc.constantFrom('a', 'é', '€', '😀', '\0', '"'), fc.integer({ min: 2044, max: 2049 }))
  .map(([character, bytes]) => {
    const count = Math.floor(bytes / Buffer.byteLength(character));
    return character.repeat(count).padEnd(count * character.length + (bytes % 4), 'z');
  });
const goodText = fc.oneof(
  fc.constantFrom(undefined, null, '', '{"video":true}', '😀', '\u2028', 'x'.repeat(2048)),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const half = fc.constantFrom('\ud83d', 'a\ude00b', '\ude00\ud83d', '\ud83d\ud83d\ude00');
const oddText: fc.Arbitrary<unknown> = fc.oneof(
  textAround,
  half,
  fc.tuple(textAround, half).map((texts) => texts.join('')),
  fc.constantFrom<unknown>(7, 0, false, {}, [], ['text'], 'x'.repeat(2049), '😀'.repeat(513)),
);

const pushText = usual(
  fc.constantFrom(undefined, null, '', 'Ring', '😀'),
  fc.oneof(half, fc.constantFrom<unknown>(7, true, ['a'], {})),
);
const unlisted = fc
  .oneof(
    { arbitrary: fc.constant([]), weight: 4 },
    { arbitrary: fc.constantFrom(...goodUnlisted).map((field) => [field]), weight: 4 },
    { arbitrary: fc.constantFrom(...badUnlisted).map((field) => [field]), weight: 1 },
    { arbitrary: fc.constantFrom([['voip', true] as const], [['sound', 'x'] as const]), weight: 1 },
  )
  .map((entries: readonly (readonly [string, unknown])[]) => Object.fromEntries(entries));
const push = fc
  .tuple(
    fc.record({
      enable: usual(fc.constantFrom(undefined, null, 0, 1), fc.constantFrom(2, -1, '1', true, 0.5)),
      title: pushText,
      content: pushText,
      payload: pushText,
    }),
    unlisted,
  )
  .map(([listed, others]) => ({ ...listed, ...others }));
const pushes = fc.oneof(
  { arbitrary: fc.constantFrom<unknown>(undefined, null, {}), weight: 4 },
  { arbitrary: push, weight: 4 },
  { arbitrary: fc.constantFrom<unknown>('push', 1, true, [], [{}]), weight: 1 },
);

const others = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 20 },
  {
    arbitrary: fc.tuple(
      fc.constantFrom('ring', 'mode', 'from_user_id', '__proto__', 'constructor', 'toString'),
      fc.constantFrom<unknown>(1, 'x', {}, null, { admin: true }),
    ),
    weight: 1,
  },
);

/** Invites of which about every third keeps all rules; the others break one or several, often by one byte. */
export const invites: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .record({
    isSparse: fc.boolean(),
    other: others,
    invite: fc.record({
      fromUserId: usual(goodId, oddId),
      userIds: usual(callees(1, 9), oddCallees),
      timeoutSeconds: usual(timeouts, oddTimeouts),
      extendedData: usual(goodText, oddText),
      offlinePush: pushes,
    }),
  })
  .map(({ isSparse, other, invite }) => {
    const entries = Object.entries(invite).filter(([, value]) => !isSparse || value !== undefined);
    return Object.fromEntries(other === undefined ? entries : [...entries, other]);
  });

/** An invite on the wire as one writes it who checks nothing: other names, and otherwise as it is. */
export function uncheckedWire(invite: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...renamed(invite), OfflinePush: renamed(invite['offlinePush'] ?? { Enable: 0 }) };
}

const namesOnTheWire: Readonly<Record<string, string>> = { timeoutSeconds: 'Timeout', fcm: 'FCM' };

function renamed(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value as object;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      namesOnTheWire[name] ?? name.charAt(0).toUpperCase() + name.slice(1),
      renamed(field),
    ]),
  );
}
