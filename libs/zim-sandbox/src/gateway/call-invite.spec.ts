import { type SandboxAssumptions } from '../core/assumptions.js';
import { type JsonObject } from '../core/json.js';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock, sampleSeconds } from '../testing/fixed-clock.js';
import { call, inviteBody } from '../testing/zim-client.js';

const callees = Array.from({ length: 10 }, (_, index) => `callee${index}`);
let sandbox: ZimSandbox;

async function start(assumptions: Partial<SandboxAssumptions> = {}) {
  sandbox = await ZimSandbox.start({
    users: ['alice', 'bob', 'x'.repeat(32), ...callees],
    clock: fixedClock(),
    assumptions,
    callsPerSecond: 1000,
  });
}

beforeEach(() => start());
afterEach(() => sandbox.stop());

async function restart(assumptions: Partial<SandboxAssumptions>) {
  await sandbox.stop();
  await start(assumptions);
}

const invite = (changes: JsonObject) => call(sandbox, 'CallInvite', inviteBody(changes));

describe('CallInvite', () => {
  it('makes phones ring, and replies as documented', async () => {
    const { reply, hint, status } = await invite({
      UserIds: ['bob', 'callee1'],
      Timeout: 30,
      ExtendedData: 'data',
      OfflinePush: { Enable: 1, Title: 't', Content: 'c', Payload: 'p', ThreadId: 'x' },
    });
    expect(status).toBe(200);
    expect(hint).toBeNull();
    expect(reply).toEqual({
      Code: 0,
      Message: 'success',
      RequestId: expect.stringMatching(/^\d{19}$/),
      CallId: expect.stringMatching(/^\d{20}$/),
      CreateTime: sampleSeconds * 1000,
      ErrorUsers: [],
    });
    expect(Object.keys(reply)).toEqual([
      'Code',
      'Message',
      'RequestId',
      'CallId',
      'CreateTime',
      'ErrorUsers',
    ]);
    expect(sandbox.calls.list()).toEqual([
      {
        callId: reply.CallId,
        caller: 'alice',
        ringing: ['bob', 'callee1'],
        failed: [],
        createdAt: sampleSeconds * 1000,
        timeoutSeconds: 30,
        extendedData: 'data',
        offlinePush: { Enable: 1, Title: 't', Content: 'c', Payload: 'p', ThreadId: 'x' },
        state: 'started',
        callees: [
          { userId: 'bob', state: 'received', changedAt: sampleSeconds * 1000 },
          { userId: 'callee1', state: 'received', changedAt: sampleSeconds * 1000 },
        ],
      },
    ]);
    expect(sandbox.journal.entries()[0]).toMatchObject({ rings: ['bob', 'callee1'], failed: [] });
  });

  it.each<[JsonObject, number, string]>([
    [{ FromUserId: undefined }, 660000002, 'FromUserId must be a string'],
    [{ FromUserId: null }, 660000002, 'FromUserId must be a string'],
    [{ FromUserId: 7 }, 660000002, 'FromUserId must be a string'],
    [{ FromUserId: '' }, 660000002, 'FromUserId must not be empty'],
    [{ FromUserId: 'a/b' }, 660000002, "FromUserId must not contain '/' (U+002F)"],
    [{ FromUserId: 'x'.repeat(33) }, 660000012, 'FromUserId must be at most 32 bytes long, is 33'],
    [{ FromUserId: 'é'.repeat(17) }, 660000012, 'FromUserId must be at most 32 bytes long, is 34'],
    [{ UserIds: undefined }, 660000002, 'UserIds must be a non-empty array of strings'],
    [{ UserIds: [] }, 660000002, 'UserIds must be a non-empty array of strings'],
    [{ UserIds: 'bob' }, 660000002, 'UserIds must be a non-empty array of strings'],
    [{ UserIds: ['bob', 7] }, 660000002, 'UserIds must be a non-empty array of strings'],
    [{ UserIds: ['bob', ''] }, 660000002, 'UserIds[1] must not be empty'],
    [{ UserIds: ['bob', '用户'] }, 660000002, "UserIds[1] must not contain '?' (U+7528)"],
    [
      { UserIds: ['123e4567-e89b-12d3-a456-426614174000'] },
      660000012,
      'UserIds[0] must be at most 32 bytes long, is 36; a UUID fits without its dashes',
    ],
    [{ UserIds: callees }, 660900007, 'UserIds names 10 callees, 9 are allowed'],
    [{ UserIds: Array(10).fill('bob') }, 660900007, 'UserIds names 10 callees, 9 are allowed'],
    [
      { OfflinePush: undefined },
      660000002,
      'OfflinePush must be an object: it is required, though every field in it is optional',
    ],
    [{ OfflinePush: null }, 660000002, 'OfflinePush must be an object'],
    [{ OfflinePush: [] }, 660000002, 'OfflinePush must be an object'],
    [{ OfflinePush: '{}' }, 660000002, 'OfflinePush must be an object'],
    [{ OfflinePush: { Enable: true } }, 660000002, 'OfflinePush.Enable must be the number 0 or 1'],
    [{ OfflinePush: { Title: 1 } }, 660000002, 'OfflinePush.Title must be a string'],
    [{ OfflinePush: { Content: [] } }, 660000002, 'OfflinePush.Content must be a string'],
    [{ OfflinePush: { Payload: {} } }, 660000002, 'OfflinePush.Payload must be a string'],
    [{ Timeout: -1 }, 660000002, 'Timeout must be a number of seconds from 0 to 600'],
    [{ Timeout: 600.5 }, 660000002, 'Timeout must be a number of seconds from 0 to 600'],
    [{ Timeout: '90' }, 660000002, 'Timeout must be a number of seconds from 0 to 600'],
    [{ ExtendedData: {} }, 660000002, 'ExtendedData must be a string of at most 2048 UTF-8 bytes'],
    [
      { ExtendedData: 'x'.repeat(2049) },
      660000002,
      'ExtendedData must be a string of at most 2048 UTF-8 bytes',
    ],
    [
      { ExtendedData: 'é'.repeat(1025) },
      660000002,
      'ExtendedData must be a string of at most 2048 UTF-8 bytes',
    ],
    [
      { FromUserId: 'unknown' },
      660500002,
      'the caller (FromUserId) is not registered with this AppID',
    ],
    [
      { FromUserId: 'unknown', UserIds: ['unknown2'] },
      660500002,
      'the caller (FromUserId) is not registered with this AppID',
    ],
  ])('refuses %j with %i', async (changes, code, hint) => {
    const answer = await invite(changes);
    expect(answer.reply).toEqual({
      Code: code,
      Message: expect.any(String),
      RequestId: expect.any(String),
      ErrorUsers: [],
    });
    expect(answer.reply.Message).not.toBe('');
    expect(answer.hint?.startsWith(hint)).toBe(true);
    expect(sandbox.calls.list()).toEqual([]);
  });

  it.each<[JsonObject, number]>([
    [{}, 90],
    [{ Timeout: 0 }, 90],
    [{ Timeout: null }, 90],
    [{ Timeout: 0.5 }, 0.5],
    [{ Timeout: 600 }, 600],
  ])('with %j rings for %d s', async (changes, timeoutSeconds) => {
    expect((await invite(changes)).reply.Code).toBe(0);
    expect(sandbox.calls.list()[0]?.timeoutSeconds).toBe(timeoutSeconds);
  });

  it('accepts the limits', async () => {
    const limits = {
      FromUserId: 'x'.repeat(32),
      UserIds: callees.slice(0, 9),
      ExtendedData: 'é'.repeat(1024),
      OfflinePush: {},
    };
    expect((await invite(limits)).reply.Code).toBe(0);
    expect((await invite({ ExtendedData: null, OfflinePush: { Title: null } })).reply.Code).toBe(0);
  });

  it('replies with success and the callees that failed', async () => {
    const { reply, hint } = await invite({ UserIds: ['unknown1', 'bob', 'unknown2'] });
    expect(reply).toMatchObject({
      Code: 0,
      ErrorUsers: [
        { UserId: 'unknown1', SubCode: 660500002 },
        { UserId: 'unknown2', SubCode: 660500002 },
      ],
    });
    expect(hint).toBe('not registered with this AppID: unknown1, unknown2');
    const failed = [
      { userId: 'unknown1', code: 660500002 },
      { userId: 'unknown2', code: 660500002 },
    ];
    expect(sandbox.calls.list()[0]).toMatchObject({ ringing: ['bob'], failed });
    expect(sandbox.journal.entries()[0]).toMatchObject({ rings: ['bob'], failed });
  });

  it('ignores unknown fields, names them in the hint, and journals them', async () => {
    const { reply, hint } = await invite({ TimeOut: 5 });
    expect(reply.Code).toBe(0);
    expect(hint).toBe('fields that ZIM does not document were ignored: TimeOut');
    expect(sandbox.journal.entries()[0]?.body).toEqual(inviteBody({ TimeOut: 5 }));
  });

  it('returns copies of calls', async () => {
    await invite({ OfflinePush: { Title: 't' } });
    const [copy] = sandbox.calls.list();
    Object.assign(copy?.offlinePush ?? {}, { Title: 'changed' });
    expect(sandbox.calls.list()[0]?.offlinePush).toEqual({ Title: 't' });
  });
});

describe('switches', () => {
  it('unregisteredCallees=all refuses when no callee is registered', async () => {
    const { reply, hint } = await invite({ UserIds: ['unknown1', 'unknown2'] });
    expect(reply).toMatchObject({
      Code: 660900003,
      ErrorUsers: [
        { UserId: 'unknown1', SubCode: 660500002 },
        { UserId: 'unknown2', SubCode: 660500002 },
      ],
    });
    expect(reply).not.toHaveProperty('CallId');
    expect(hint).toBe(
      'not registered with this AppID: unknown1, unknown2 (unregisteredCallees=all)',
    );
    expect(sandbox.calls.list()).toEqual([]);
  });

  it('unregisteredCallees=any refuses when one is not registered', async () => {
    await restart({ unregisteredCallees: 'any' });
    expect((await invite({ UserIds: ['bob', 'unknown1'] })).reply).toMatchObject({
      Code: 660900003,
      ErrorUsers: [{ UserId: 'unknown1', SubCode: 660500002 }],
    });
    expect(sandbox.calls.list()).toEqual([]);
    expect((await invite({ UserIds: ['bob', 'callee1'] })).reply.Code).toBe(0);
  });

  it('longUserId=660000002 sets the code for an id that is too long', async () => {
    const long = 'x'.repeat(33);
    expect((await invite({ UserIds: [long] })).reply.Code).toBe(660000012);
    await restart({ longUserId: '660000002' });
    expect((await invite({ UserIds: [long] })).reply.Code).toBe(660000002);
    expect((await invite({ FromUserId: long })).reply.Code).toBe(660000002);
  });

  it('duplicateCallees=collapse rings once', async () => {
    const { reply, hint } = await invite({ UserIds: ['bob', 'unknown1', 'bob', 'unknown1'] });
    expect(reply).toMatchObject({
      Code: 0,
      ErrorUsers: [{ UserId: 'unknown1', SubCode: 660500002 }],
    });
    expect(hint).toContain('a callee is named twice and rings once');
    expect(sandbox.calls.list()[0]?.ringing).toEqual(['bob']);
  });

  it('duplicateCallees=refuse refuses the invite', async () => {
    await restart({ duplicateCallees: 'refuse' });
    const { reply, hint } = await invite({ UserIds: ['bob', 'bob'] });
    expect(reply).toMatchObject({ Code: 660000002, ErrorUsers: [] });
    expect(hint).toContain('duplicateCallees=refuse');
    expect(sandbox.calls.list()).toEqual([]);
    expect((await invite({ UserIds: ['bob'] })).reply.Code).toBe(0);
  });
});
