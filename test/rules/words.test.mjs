// Keeps the code base in the field's words: identifiers and phrases that were replaced must not return.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { it } from 'node:test';

const identifiers = [
  'AnswerConfirmations',
  'Alarm',
  'CallBoard',
  'CallRun',
  'CallbackDesk',
  'ClockLesson',
  'Deed',
  'DuplicateMemory',
  'FaultyWire',
  'FirstContact',
  'IdempotencyMemory',
  'InviteConfirmations',
  'MarkedInvites',
  'MemoryRing',
  'NonceMemory',
  'OutcomeMark',
  'PacedQuota',
  'Pacer',
  'PacingRefusal',
  'Punctuality',
  'QuotaPacer',
  'RepeatedAnswers',
  'RingFailures',
  'RingSource',
  'SandboxNotice',
  'SharedMemory',
  'SlotKeeper',
  'SlotRing',
  'StoredEnd',
  'Surroundings',
  'TravelTime',
  'Visit',
  'ZimCallOutcome',
  'ZimPacing',
  'callAndRead',
  'howManieth',
  'onInvited',
  'rumouredOffset',
  'sharers',
  'strangers',
  'takeTurn',
  'tellCorrelation',
  'useBox',
  'useDeed',
  'whenRedisIsAway',
];

const phrases = [
  'anew',
  'anybody',
  'as it were',
  'how-manieth',
  'is away',
  'was away',
  'ledger',
  'nobody',
  'rumoured',
  'set free',
  'sets the key free',
  'sift',
  'sifted',
  'surroundings',
  'tells',
  'told',
  'whoever',
];

const files = execFileSync(
  'git',
  ['ls-files', '--', 'libs', 'apps', 'docs', 'test', 'README*', 'CONTRIBUTING.md'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => /\.(ts|tsx|mjs|cjs|md|css|html)$/.test(file))
  .filter((file) => existsSync(file) && !file.startsWith('test/rules/'));

/** Where a pattern occurs, as `file:line: text`. */
function findAll(pattern) {
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

for (const identifier of identifiers) {
  it(`names nothing ${identifier}`, () => {
    assert.deepEqual(findAll(new RegExp(`\\b${identifier}\\b`)), []);
  });
}

for (const phrase of phrases) {
  it(`does not say "${phrase}"`, () => {
    const [first = '', ...rest] = phrase;
    const anyCase = `[${first}${first.toUpperCase()}]${rest.join('')}`;
    assert.deepEqual(findAll(new RegExp(`\\b${anyCase}\\b`)), []);
  });
}

it('gives no class a private field in two dialects', () => {
  const ownCode = /^\s*(readonly )?#\w+( = |: |;|\()/;
  assert.deepEqual(
    findAll(ownCode).filter((hit) => /\.tsx?:/.test(hit)),
    [],
  );
});
