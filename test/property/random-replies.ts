import fc from 'fast-check';

/** The fields of a good reply, each as it stands in the JSON. */
const goodFields: Readonly<Record<string, string>> = {
  Code: '0',
  Message: '"success"',
  RequestId: '"343649807833778782"',
  CallId: '"12261423186766631832"',
  CreateTime: '1713249504000',
  ErrorUsers: '[]',
};

/** Values by their JSON, for some of them JavaScript could not write. */
const oddValues = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '""',
    '"0"',
    '[]',
    '{}',
    '[0]',
    '-0',
    '0.0',
    '0.5',
    '1e400',
    '0e9',
  ),
  fc.constantFrom(
    '-1',
    '1e3',
    '9007199254740993',
    '12261423186766631832',
    '"\\u0000"',
    '"\\ud83d"',
  ),
  fc.constantFrom(
    `"${'9'.repeat(21)}"`,
    '"１２"',
    '"12\\n"',
    '8.64e15',
    '8640000000000001',
    '-1e99',
  ),
  fc.constantFrom(
    '"Infinity"',
    '"1e9"',
    '" 1"',
    '"0x10"',
    '"1713249504000"',
    '{"$numberLong":"0"}',
  ),
  fc.json({ maxDepth: 3 }),
);
const someCodes = fc.constantFrom(
  '1',
  '3',
  '7',
  '105001',
  '660000002',
  '660500002',
  '660900003',
  '660300005',
  '100000004',
  '100000015',
  '424242',
);
const errorUsers = fc.oneof(
  fc.constantFrom(
    '[{"UserId":"bob","SubCode":660500002}]',
    '[{"UserId":"bob","SubCode":660500002},{"UserId":"bob","SubCode":1}]',
    '[{"UserId":"zed","SubCode":424242}]',
    '[{"UserId":"carol","SubCode":660500002},{"UserId":"bob"},{"UserId":"","SubCode":1}]',
    '[{"UserId":"bob"}]',
    '[{"UserId":"bob","SubCode":"660500002"}]',
    '[{"UserId":["bob"],"SubCode":1}]',
    '[{"__proto__":{"UserId":"bob","SubCode":1}}]',
    '[null]',
    '[[]]',
    '{"0":{"UserId":"bob","SubCode":1},"length":1}',
    `[${'['.repeat(50)}${']'.repeat(50)}]`,
  ),
  oddValues,
);

const changes: fc.Arbitrary<readonly [string, string | undefined]> = fc.oneof(
  fc.tuple(fc.constantFrom(...Object.keys(goodFields)), oddValues),
  fc.tuple(fc.constantFrom(...Object.keys(goodFields)), fc.constant(undefined)),
  fc.tuple(fc.constant('Code'), someCodes),
  fc.tuple(fc.constantFrom('ErrorUsers', 'ErrorList'), errorUsers),
  fc.constant<[string, string]>(['ErrorUsers', '[{"UserId":"bob","SubCode":660500002}]']),
  fc.tuple(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', 'then', 'error', 'code', ''),
    fc.oneof(oddValues, fc.constantFrom('{"Code":0,"CallId":"1"}', '{"polluted":true}')),
  ),
  fc.tuple(
    fc.constant('Message'),
    fc.constantFrom(
      `"${'x'.repeat(50_000)}"`,
      '"\\r\\nSet-Cookie: a=b"',
      '"http://a/?Signature=x"',
    ),
  ),
);

/** A good reply with some fields changed or gone, and others given twice. */
const almostGood = fc
  .tuple(fc.array(changes, { maxLength: 3 }), fc.boolean())
  .map(([list, isRepeated]) => {
    const changed = new Map<string, string | undefined>([...Object.entries(goodFields), ...list]);
    const fields = isRepeated ? [...Object.entries(goodFields), ...changed] : [...changed];
    const pairs = fields.flatMap(([name, json]) =>
      json === undefined ? [] : [`${JSON.stringify(name)}:${json}`],
    );
    return `{${pairs.join(',')}}`;
  });

const anyBytes = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString());
const foreignTexts = fc.constantFrom(
  '',
  ' ',
  '\0',
  '<html><body>502 Bad Gateway</body></html>',
  'Code: 0',
  '0',
  '"{\\"Code\\":0}"',
  '[{"Code":0}]',
  `${'['.repeat(3_000)}${']'.repeat(3_000)}`,
  `${'{"Code":'.repeat(3_000)}0${'}'.repeat(3_000)}`,
);

/** What can happen to a text on its way. */
const damages: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.nat({ max: 300 }).map((at) => (text: string) => text.slice(0, at)),
  fc.nat({ max: 300 }).map((at) => (text: string) => text.slice(at)),
  fc
    .tuple(fc.nat({ max: 300 }), fc.constantFrom('\0', '"', '}', '\ufeff', '\n', '\ufffd', '0'))
    .map(
      ([at, character]) =>
        (text: string) =>
          text.slice(0, at) + character + text.slice(at),
    ),
  fc.constantFrom(
    (text: string) => `\ufeff${text}`,
    (text: string) => ` \r\n${text}\t\n`,
    (text: string) => text + text,
    (text: string) => `)]}',\n${text}`,
    (text: string) => text.replaceAll('"', "'"),
  ),
);

/** Texts of replies: good ones, ones that are almost good, damaged ones, and what is no reply at all. */
export const replyTexts: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: almostGood, weight: 8 },
  { arbitrary: fc.tuple(almostGood, damages).map(([text, damage]) => damage(text)), weight: 3 },
  { arbitrary: anyBytes, weight: 1 },
  { arbitrary: fc.json({ maxDepth: 4 }), weight: 1 },
  { arbitrary: foreignTexts, weight: 1 },
);

/** The code of a reply, or `undefined` where there is none that could be believed. */
export function codeOf(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'Code'))
      return undefined;
    const code: unknown = Reflect.get(value, 'Code');
    return typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
