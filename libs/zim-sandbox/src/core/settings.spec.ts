import { assumptionTable } from './assumptions.js';
import { resolveSettings, type UncheckedOptions } from './settings.js';

const problemsOf = (options: UncheckedOptions) => resolveSettings(options).problems;
const app = { appId: 1, serverSecret: 's' };
const switches = Object.keys(assumptionTable).join(', ');

describe('resolveSettings', () => {
  it('has a default for every option', () => {
    const { settings, problems } = resolveSettings({});
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      port: 0,
      users: [],
      callsPerSecond: 20,
      maxJournalEntries: 10_000,
      faults: [],
      assumptions: {
        unknownAppId: '100000011',
        nonceFormat: 'any',
        nonceReplay: 'refuse',
        quotaWindow: 'sliding',
        quotaScope: 'action',
        quotaCountsRefused: 'no',
        unregisteredCallees: 'all',
        duplicateCallees: 'collapse',
      },
    });
    expect(settings.apps).toHaveLength(1);
    expect(settings.apps[0].serverSecret).toMatch(/^[0-9a-f]{32}$/);
    expect(settings.apps[0].appId).toBeGreaterThan(0);
    expect(settings.apps[0].appId).toBeLessThan(2 ** 32);
    expect(resolveSettings({}).settings.apps[0].serverSecret).not.toBe(
      settings.apps[0].serverSecret,
    );
  });

  it.each<[UncheckedOptions, string]>([
    [{ port: -1 }, 'port must be a whole number from 0 to 65535'],
    [{ port: 65536 }, 'port must be a whole number from 0 to 65535'],
    [{ port: 1.5 }, 'port must be a whole number from 0 to 65535'],
    [{ apps: [] }, 'apps must hold at least one app'],
    [{ apps: [{ ...app, appId: -1 }] }, 'apps[0].appId must be an unsigned 32-bit number'],
    [{ apps: [{ ...app, appId: 2 ** 32 }] }, 'apps[0].appId must be an unsigned 32-bit number'],
    [{ apps: [{ ...app, appId: 1.5 }] }, 'apps[0].appId must be an unsigned 32-bit number'],
    [{ apps: [app, { ...app }] }, 'apps[1].appId is given twice'],
    [{ apps: [{ ...app, serverSecret: '' }] }, 'apps[0].serverSecret must not be empty'],
    [{ apps: [{ ...app, callbackSecret: '' }] }, 'apps[0].callbackSecret must not be empty'],
    [
      { users: ['ok', 'a,b'] },
      "users[1] must not contain ',' (U+002C): ASCII letters, digits, space and !#$%&()+-:;<=.>?@[]^_{}|~ are allowed",
    ],
    [{ callsPerSecond: 0 }, 'callsPerSecond must be a whole number from 1 to 1000000'],
    [{ maxJournalEntries: 0 }, 'maxJournalEntries must be a whole number from 1 to 1000000'],
    [
      { assumptions: { quotaWindow: 'round' } },
      'assumptions.quotaWindow must be sliding or fixed or token-bucket',
    ],
    [
      { callbackUrl: 'http://example.com' },
      'callbackUrl must be on this machine (localhost, 127.0.0.1 or [::1]): the sandbox is for development and tests, and sends nothing to other machines',
    ],
    [
      { faults: [{ fault: { kind: 'delay' } }] },
      'faults[0]: fault.ms must be a whole number from 0 to 3600000',
    ],
    [{ callbackTimeoutMs: 0 }, 'callbackTimeoutMs must be a whole number from 1 to 600000'],
    [
      { users: ['a', { userId: 'b', userName: 'x'.repeat(257) }] },
      'users[1]: UserName must be at most 256 bytes long, is 257',
    ],
    [
      { assumptions: { toString: 'x' } },
      `assumptions.toString is unknown; known names: ${switches}`,
    ],
    [
      // A typing error, hidden from the compiler.
      Object.fromEntries([['user', ['alice']]]),
      'user is unknown; did you mean users? known names: port, apps, users, assumptions, clock, callsPerSecond, maxJournalEntries, callbackUrl, callbackTimeoutMs, faults',
    ],
    [
      { apps: [{ ...app, ...Object.fromEntries([['serverSecert', 'x']]) }] },
      'apps[0].serverSecert is unknown; did you mean serverSecret? known names: appId, serverSecret, callbackSecret',
    ],
    [
      { users: ['a', { userId: 'b', ...Object.fromEntries([['username', 'B']]) }] },
      'users[1].username is unknown; did you mean userName? known names: userId, userName, userAvatar, presence',
    ],
    [
      { assumptions: { nonceReply: 'allow' } },
      `assumptions.nonceReply is unknown; did you mean nonceReplay? known names: ${switches}`,
    ],
  ])('reports the problem of %j', (options, problem) => {
    expect(problemsOf(options)).toEqual([problem]);
  });

  it('accepts the limits', () => {
    expect(
      problemsOf({
        port: 65535,
        apps: [
          { ...app, appId: 0 },
          { ...app, appId: 2 ** 32 - 1 },
        ],
        users: ['x'.repeat(32)],
        callsPerSecond: 1,
        maxJournalEntries: 1,
      }),
    ).toEqual([]);
  });
});
