import { inspect } from 'node:util';
import { ZimConfigError } from '../errors/errors.js';
import { resolveZimCallOptions } from './resolve-options.js';
import {
  noRetry,
  persistentRetry,
  standardRetry,
  type ZimCallOptions,
} from './zim-call-options.js';

const good = { appId: 12345, serverSecret: 'canary-0a1b2c3d' };

function problemsOf(options: unknown): readonly string[] {
  try {
    resolveZimCallOptions(options as ZimCallOptions);
  } catch (error) {
    if (error instanceof ZimConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('resolveZimCallOptions', () => {
  it('adds the defaults', () => {
    const resolved = resolveZimCallOptions(good);
    expect(resolved.serverSecret()).toBe(good.serverSecret);
    expect(resolved).toEqual({
      appId: good.appId,
      clientReports: false,
      serverSecret: expect.any(Function),
      baseUrls: ['https://zim-api.zego.im'],
      requestTimeoutMs: 5000,
      deadlineMs: 10000,
      retry: standardRetry,
      onUnknown: 'throw',
      endedAfterLostAnswer: 'unknown',
      correlation: undefined,
      idempotencyLifeMs: 86_400_000,
      idempotencyMaxKeys: 100_000,
      maxCallees: 9,
      signatureVersion: '2.0',
      signers: {},
      httpsAgent: undefined,
      callbacks: undefined,
      redisUrl: undefined,
      requireNoEviction: false,
      rateLimit: {
        limit: 20,
        windowMs: 1000,
        scope: 'action',
        mode: 'strict',
        maxQueued: 5000,
        maxQueuedBytes: 16_777_216,
        drainMs: 5000,
        whenRedisIsUnavailable: 'degrade',
      },
      storesCallEvents: false,
    });
  });

  it('resolves a region to its host', () => {
    expect(resolveZimCallOptions({ ...good, region: 'fra' }).baseUrls).toEqual([
      'https://zim-api-fra.zego.im',
    ]);
  });

  it('keeps the order of several regions or servers', () => {
    expect(resolveZimCallOptions({ ...good, region: ['sgp', 'hkg'] }).baseUrls).toEqual([
      'https://zim-api-sgp.zego.im',
      'https://zim-api-hkg.zego.im',
    ]);
    const baseUrl = ['http://127.0.0.1:1', 'https://zim.example'];
    expect(resolveZimCallOptions({ ...good, baseUrl }).baseUrls).toEqual(baseUrl);
    expect(problemsOf({ ...good, region: [] })).toHaveLength(1);
    expect(problemsOf({ ...good, baseUrl: [] })).toHaveLength(1);
    expect(problemsOf({ ...good, baseUrl: ['https://zim.example', 'http://zim.example'] })).toEqual(
      [expect.stringContaining('baseUrl: must be https')],
    );
  });

  it('accepts clientReports with and without callbacks', () => {
    expect(resolveZimCallOptions({ ...good, clientReports: true }).clientReports).toBe(true);
    const callbacks = { path: '/zim/callbacks', secret: 'canary' };
    expect(problemsOf({ ...good, callbacks, clientReports: true })).toEqual([]);
    expect(problemsOf({ ...good, clientReports: 'yes' })).toEqual([
      'clientReports: must be true or false',
    ]);
  });

  it('accepts correlation only with callbacks', () => {
    expect(problemsOf({ ...good, correlation: {} })).toEqual([
      'correlation: needs callbacks: only they report which invites ring',
    ]);
    const callbacks = { path: '/zim/callbacks', secret: 'canary' };
    expect(resolveZimCallOptions({ ...good, callbacks, correlation: {} }).correlation).toEqual({
      windowMs: 3000,
    });
    expect(problemsOf({ ...good, callbacks, correlation: { window: 1 } })).toEqual([
      'correlation.window: is not a known option; did you mean windowMs?',
    ]);
    expect(problemsOf({ ...good, callbacks, correlation: { windowMs: 0 } })).toHaveLength(1);
  });

  it('reports every problem of a retry policy', () => {
    const budget = { capacity: -1, perCall: 0.5, perSecond: 1, perMinute: 1 };
    expect(problemsOf({ ...good, retry: { ...standardRetry, maxAttempts: 1.5, budget } })).toEqual([
      'retry.maxAttempts: must be a whole number from 1 to 100',
      'retry.budget.capacity: must be a whole number from 0 to 10000',
      'retry.budget.perMinute: is not a known option',
    ]);
    expect(problemsOf({ ...good, retry: 3 })).not.toEqual([]);
    for (const retry of [standardRetry, noRetry, persistentRetry])
      expect(problemsOf({ ...good, retry })).toEqual([]);
  });

  it('reports every problem at once, by path, without a value', () => {
    const options = {
      appId: '12345',
      serverSecret: ' canary ',
      region: 'mars',
      requestTimeoutMs: 0,
      deadlineMs: 1.5,
      retry: { maxAttempts: 'canary' },
      onUnknown: 'canary',
      endedAfterLostAnswer: 'canary',
      correlation: { windowMs: 'canary' },
      idempotencyLifeMs: 'canary',
      idempotencyMaxKeys: 'canary',
      maxCallees: '9',
      signatureVersion: '3.0',
      signers: { '4.0': 'canary' },
      httpsAgent: { host: '' },
      callbacks: { path: 'x', secret: 'canary' },
      redisUrl: 'canary',
      requireNoEviction: 'canary',
      rateLimit: { limit: 0, scope: 'canary', burst: 'canary' },
      serverSecrets: 'canary',
    };
    const paths = problemsOf(options).map((problem) => problem.split(/[.:]/)[0]);
    expect([...new Set(paths)]).toEqual(Object.keys(options));
    expect.assertions(2);
    try {
      resolveZimCallOptions(options as unknown as ZimCallOptions);
    } catch (error) {
      expect(`${inspect(error)}${JSON.stringify(error)}`).not.toMatch(/canary|mars/);
    }
  });

  it.each([undefined, null, 'x', []])('refuses %j as options', (options) => {
    expect(problemsOf(options)).toEqual(['the options must be an object']);
  });

  it.each([0, 4_294_967_296, 1.5, '1', undefined, Number.NaN])('refuses %p as appId', (appId) => {
    expect(problemsOf({ ...good, appId })).toHaveLength(1);
  });

  it.each(['', '  ', 'secret\n', 42, undefined, null])('refuses %j as serverSecret', (secret) => {
    expect(problemsOf({ ...good, serverSecret: secret })).toHaveLength(1);
  });

  it('takes a function for the secret, and does not call it at boot', () => {
    const serverSecret = jest.fn(() => 'secret');
    expect(problemsOf({ ...good, serverSecret })).toEqual([]);
    expect(serverSecret).not.toHaveBeenCalled();
  });

  it.each([
    'redis://127.0.0.1',
    'rediss://user:p%25ss@redis.example:6380/2',
    'redis://[::1]:6379',
    'unix:///run/redis.sock',
    ['redis://127.0.0.1:7000', 'redis://127.0.0.1:7001'],
  ])('accepts %j as redisUrl', (redisUrl) => {
    expect(problemsOf({ ...good, redisUrl })).toEqual([]);
  });

  it.each([
    'redis://127.0.0.1:99999',
    'redis://:canary@',
    'redis:///0',
    'redis://:can%ary@127.0.0.1',
    'http://127.0.0.1',
    '127.0.0.1:6379',
    'unix://',
    [],
    ['unix:///run/redis.sock'],
    ['redis://127.0.0.1', 'redis://127.0.0.1:99999'],
  ])('refuses %j as redisUrl', (redisUrl) => {
    expect(problemsOf({ ...good, redisUrl })).toEqual([expect.stringMatching(/^redisUrl: /)]);
  });

  it('accepts requireNoEviction only with a redisUrl', () => {
    const redisUrl = 'redis://127.0.0.1';
    expect(problemsOf({ ...good, redisUrl, requireNoEviction: true })).toEqual([]);
    expect(problemsOf({ ...good, requireNoEviction: true })).toEqual([
      'requireNoEviction: needs redisUrl',
    ]);
    expect(problemsOf({ ...good, requireNoEviction: false })).toEqual([]);
  });

  it.each([
    'http://127.0.0.1:4010',
    'http://127.9.9.9',
    'http://localhost:1',
    'http://[::1]:80',
    'https://zim.example',
    'https://zim.example/',
  ])('accepts %s as baseUrl', (baseUrl) => {
    expect(problemsOf({ ...good, baseUrl })).toEqual([]);
  });

  it.each([
    ['http://zim-api.zego.im', 'must be https'],
    ['http://127.0.0.1.evil.example', 'must be https'],
    ['ftp://127.0.0.1', 'must be https'],
    ['https://user:canary@zim.example', 'without user'],
    ['https://zim.example/path', 'only scheme, host and port'],
    ['https://zim.example/?a=1', 'only scheme, host and port'],
    ['zim.example', 'must be a URL'],
    ['', 'must be a URL'],
    [7, 'must be a URL'],
  ])('refuses %j as baseUrl', (baseUrl, words) => {
    expect(problemsOf({ ...good, baseUrl })).toEqual([expect.stringContaining(words)]);
  });

  it('refuses region and baseUrl together', () => {
    const baseUrl = 'https://zim.example';
    expect(problemsOf({ ...good, region: 'fra', baseUrl })).toEqual([
      'baseUrl: cannot be given together with region',
    ]);
  });

  it('accepts another signature version with its signer', () => {
    const signers = { '3.0': () => 'signed' };
    expect(problemsOf({ ...good, signatureVersion: '3.0', signers })).toEqual([]);
  });

  it('shows no secret when the result is printed', () => {
    const callbacks = { path: '/c', secret: good.serverSecret };
    const resolved = resolveZimCallOptions({ ...good, callbacks });
    expect(`${inspect(resolved, { depth: null })}${JSON.stringify(resolved)}`).not.toMatch(
      /canary/,
    );
  });

  it.each([
    ['text instead of an object', 'x', 'callbacks: must be an object'],
    ['no path', { secret: 's' }, 'callbacks.path'],
    ['a path without a slash', { path: 'zim', secret: 's' }, 'callbacks.path'],
    ['a path with a parameter', { path: '/:id', secret: 's' }, 'callbacks.path'],
    ['no secret', { path: '/zim' }, 'callbacks.secret'],
    ['a tolerance of 0', { path: '/zim', secret: 's', toleranceSeconds: 0 }, 'toleranceSeconds'],
    ['an unknown option', { path: '/zim', secret: 's', tolerance: 1 }, 'callbacks.tolerance'],
  ])('refuses callbacks with %s', (_, callbacks, words) => {
    expect(problemsOf({ ...good, callbacks })).toEqual([expect.stringContaining(words)]);
  });

  it('reports every problem of callbacks', () => {
    const callbacks = { path: 'zim', secret: ' canary', toleranceSeconds: 0, tolerance: 1 };
    expect(problemsOf({ ...good, callbacks })).toEqual([
      'callbacks.path: must be a path, such as /zim/callbacks',
      'callbacks.secret: must not begin or end with white space',
      'callbacks.toleranceSeconds: must be a whole number from 1 to 86400',
      'callbacks.tolerance: is not a known option; did you mean toleranceSeconds?',
    ]);
  });

  it('reads options from the prototype of a class instance', () => {
    class Options {
      readonly appId = 1;
      readonly serverSecret = 'canary';
      get deadlineMs() {
        return this.appId * 7_000;
      }
    }
    expect(resolveZimCallOptions(new Options()).deadlineMs).toBe(7_000);
  });

  it('reports signers that are not an object', () => {
    expect(problemsOf({ ...good, signers: null })).toHaveLength(1);
  });
});
