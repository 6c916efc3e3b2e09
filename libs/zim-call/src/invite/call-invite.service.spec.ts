import { accepted, envelope } from '../testing/scripted-server.js';
import { failureOf, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const sentBody = (): unknown => JSON.parse(zim.server.requests[0]?.body ?? '');

describe('CallInviteService.invite', () => {
  it('returns the call, the callees whose phones ring, and those who could not be invited', async () => {
    await zim.given([
      envelope({
        Code: 0,
        RequestId: '343649807833778782',
        CallId: '12261423186766631832',
        CreateTime: '1713249504000',
        ErrorUsers: [
          { UserId: 'uid2', SubCode: 660500002 },
          { UserId: 'uid3', SubCode: 42 },
        ],
      }),
    ]);
    const result = await zim.service.invite({ fromUserId: 'u', userIds: ['uid1', 'uid2', 'uid3'] });
    expect(result).toEqual({
      callId: '12261423186766631832',
      createdAt: new Date(1713249504000),
      createdAtFrom: 'zim',
      requestId: '343649807833778782',
      invited: ['uid1'],
      failed: [
        { userId: 'uid2', vendorCode: 660500002, reason: 'the user is not registered with ZIM' },
        { userId: 'uid3', vendorCode: 42, reason: 'an undocumented code' },
      ],
      confirmedBy: 'reply',
    });
  });

  it('reports each callee of the invite once, and no other user', async () => {
    const ErrorUsers = ['zed', 'bob', 'bob'].map((UserId) => ({ UserId, SubCode: 660500002 }));
    await zim.given([envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers })]);
    const result = await zim.service.invite({ fromUserId: 'u', userIds: ['bob', 'carol'] });
    expect(result.invited).toEqual(['carol']);
    expect(result.failed.map(({ userId }) => userId)).toEqual(['bob']);
  });

  it.each(['call123', 'x', 'a b/c?d', '9'.repeat(32), '呼叫-1', '😀'.repeat(32)])(
    'accepts %j as the id of a call, and answers the call by that id',
    async (callId) => {
      await zim.given([envelope({ Code: 0, CallId: callId, CreateTime: 1 })]);
      const result = await zim.service.invite({ fromUserId: 'u', userIds: ['bob'] });
      expect(result).toMatchObject({ callId, invited: ['bob'] });
      await zim.service.accept({ callId, userId: 'bob' });
      expect(zim.sent('CallId')).toEqual([null, callId]);
    },
  );

  it.each([undefined, null, 'soon', 0, -1, 1e99])(
    'dates a call whose CreateTime is %j by the Date of the reply, else by its own clock',
    async (CreateTime) => {
      const success = { Code: 0, CallId: 'call123', CreateTime };
      const Date_ = 'Tue, 14 Nov 2023 22:13:19 GMT';
      await zim.given([envelope(success, { Date: Date_ }), envelope(success)]);
      const invite = { fromUserId: 'u', userIds: ['bob'] };
      expect(await zim.service.invite(invite)).toMatchObject({
        createdAt: new Date(1_699_999_999_000),
        createdAtFrom: 'date-header',
      });
      expect(await zim.service.invite(invite)).toMatchObject({
        createdAt: new Date(1_700_000_000_000),
        createdAtFrom: 'local-clock',
      });
    },
  );

  it.each([undefined, null, '', 12, '1'.repeat(33), 'a\nb', '\ud83d'])(
    'reports that phones ring in a call without a usable CallId, %j, and does not send again',
    async (CallId) => {
      await zim.given([envelope({ Code: 0, CallId, CreateTime: 1 })]);
      const invite = { fromUserId: 'u', userIds: ['bob'] };
      const error = await failureOf(zim.service.invite(invite, { onUnknown: 'retry' }));
      expect(error).toMatchObject({
        kind: 'protocol',
        outcome: 'unknown',
        requestId: '343649807833778782',
        message: expect.stringContaining('phones ring'),
      });
      expect(zim.server.requests).toHaveLength(1);
    },
  );

  it.each([
    [{ UserId: '', SubCode: 660000012 }],
    [{ UserId: 'd'.repeat(39), SubCode: 660000012 }],
    [{ UserId: 'zed', SubCode: 'x' }],
    [{ SubCode: 660500002 }],
    [null],
    [1],
  ])('keeps the reply, and skips %j, which names none of the callees', async (entry) => {
    const bob = { UserId: 'bob', SubCode: 660500002 };
    await zim.given([envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers: [entry, bob] })]);
    const result = await zim.service.invite({ fromUserId: 'u', userIds: ['bob', 'carol'] });
    expect(result.invited).toEqual(['carol']);
    expect(result.failed.map(({ userId, vendorCode }) => [userId, vendorCode])).toEqual([
      ['bob', 660500002],
    ]);
  });

  it.each([undefined, null, '660500002', 1.5])(
    'counts a callee with the SubCode %j among the failed, never among the invited',
    async (SubCode) => {
      const ErrorUsers = [{ UserId: 'bob', SubCode }];
      await zim.given([envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers })]);
      const result = await zim.service.invite({ fromUserId: 'u', userIds: ['bob', 'carol'] });
      expect(result.invited).toEqual(['carol']);
      expect(result.failed).toEqual([{ userId: 'bob', reason: 'ZIM gave no readable code' }]);
    },
  );

  it.each([1, 105001, 660000001, 660000003, 100000015, 660999999, 660300006])(
    'is rejected by code %d with every callee in ErrorUsers: no phone rings, and each callee has a reason',
    async (Code) => {
      const ErrorUsers = [
        { UserId: 'carol', SubCode: 660500002 },
        { UserId: '', SubCode: 1 },
        { UserId: 'bob' },
      ];
      await zim.given([envelope({ Code, ErrorUsers })]);
      const invite = { fromUserId: 'u', userIds: ['bob', 'carol'] };
      const error = await failureOf(zim.service.invite(invite, { onUnknown: 'retry' }));
      expect(error).toMatchObject({ outcome: 'rejected', vendorCode: Code, attempts: 1 });
      expect(error.errorUsers?.map(({ userId, vendorCode }) => [userId, vendorCode])).toEqual([
        ['bob', undefined],
        ['carol', 660500002],
      ]);
      expect(`${error.message} ${error.advice ?? ''}`).not.toContain('taken effect');
    },
  );

  it.each([1, 660000001, 660999999])(
    'is unknown after code %d with one of two callees in ErrorUsers',
    async (Code) => {
      await zim.given([envelope({ Code, ErrorUsers: [{ UserId: 'bob', SubCode: 660500002 }] })]);
      const invite = { fromUserId: 'u', userIds: ['bob', 'carol'] };
      expect((await failureOf(zim.service.invite(invite))).outcome).toBe('unknown');
    },
  );

  it.each([7, 660300005, 660700001, 100000004])(
    'stays refused by code %d, whatever ErrorUsers contains',
    async (Code) => {
      await zim.given([envelope({ Code, ErrorUsers: [{ UserId: 'bob', SubCode: Code }] })]);
      const error = await failureOf(
        zim.settled(zim.service.invite({ fromUserId: 'u', userIds: ['bob'] })),
      );
      expect(error).toMatchObject({ outcome: 'refused', vendorCode: Code });
    },
  );

  it('always sends OfflinePush, and nothing that was not given', async () => {
    await zim.given([accepted]);
    await zim.service.invite({ fromUserId: 'u', userIds: ['v'] });
    expect(sentBody()).toEqual({ FromUserId: 'u', UserIds: ['v'], OfflinePush: { Enable: 0 } });
  });

  it('writes a whole push in the names of ZIM', async () => {
    await zim.given([accepted]);
    await zim.service.invite({
      fromUserId: 'u',
      userIds: ['v'],
      timeoutSeconds: 0,
      extendedData: '',
      offlinePush: {
        enable: 0,
        title: 't',
        content: 'c',
        payload: 'p',
        pushStrategyId: 's',
        pushImageInfo: {
          apns: { image: 'https://a.example/1' },
          android: {
            huaWei: { image: 'https://a.example/2', icon: 'i' },
            fcm: { image: 'https://a.example/3', icon: 'https://a.example/4' },
          },
        },
        enableBadge: false,
        badgeIncrement: 0,
        privateMessageTemplate: { templateId: '1', titleParameters: '2', contentParameters: '3' },
        threadId: 'th',
      },
    });
    expect(sentBody()).toEqual({
      FromUserId: 'u',
      UserIds: ['v'],
      Timeout: 0,
      ExtendedData: '',
      OfflinePush: {
        Enable: 0,
        Title: 't',
        Content: 'c',
        Payload: 'p',
        PushStrategyId: 's',
        PushImageInfo: {
          Apns: { Image: 'https://a.example/1' },
          Android: {
            HuaWei: { Image: 'https://a.example/2', Icon: 'i' },
            FCM: { Image: 'https://a.example/3', Icon: 'https://a.example/4' },
          },
        },
        EnableBadge: false,
        BadgeIncrement: 0,
        PrivateMessageTemplate: { TemplateId: '1', TitleParameters: '2', ContentParameters: '3' },
        ThreadId: 'th',
      },
    });
  });

  it('treats null as absent', async () => {
    await zim.given([accepted]);
    const invite: object = {
      fromUserId: 'u',
      userIds: ['v'],
      timeoutSeconds: null,
      extendedData: null,
      offlinePush: { title: null, pushImageInfo: null, privateMessageTemplate: null },
    };
    await zim.service.invite(invite as { fromUserId: string; userIds: string[] });
    expect(sentBody()).toEqual({ FromUserId: 'u', UserIds: ['v'], OfflinePush: { Enable: 1 } });
  });

  it('reports who is not registered', async () => {
    await zim.given([
      envelope({ Code: 660900003, ErrorUsers: [{ UserId: 'v', SubCode: 660500002 }] }),
    ]);
    await expect(zim.service.invite({ fromUserId: 'u', userIds: ['v'] })).rejects.toMatchObject({
      kind: 'user-not-registered',
      outcome: 'rejected',
      errorUsers: [
        { userId: 'v', vendorCode: 660500002, reason: 'the user is not registered with ZIM' },
      ],
    });
  });

  it('sends nothing that breaks a rule', async () => {
    await zim.given([accepted]);
    await expect(zim.service.invite({ fromUserId: 'u', userIds: [] })).rejects.toMatchObject({
      kind: 'invalid-request',
    });
    expect(zim.server.requests).toHaveLength(0);
  });

  it('allows more callees where the module does', async () => {
    await zim.given([accepted], { maxCallees: 20 });
    const userIds = Array.from({ length: 20 }, (_, index) => `u${index}`);
    expect((await zim.service.invite({ fromUserId: 'u', userIds })).invited).toHaveLength(20);
  });
});
