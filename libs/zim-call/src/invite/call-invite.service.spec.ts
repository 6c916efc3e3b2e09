import { accepted, envelope } from '../testing/scripted-server.js';
import { useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const sentBody = (): unknown => JSON.parse(zim.server.requests[0]?.body ?? '');

describe('CallInviteService.invite', () => {
  it('gives the call, who rings, and who could not be invited', async () => {
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
      requestId: '343649807833778782',
      invited: ['uid1'],
      failed: [
        { userId: 'uid2', code: 660500002, reason: 'the user is not registered with ZIM' },
        { userId: 'uid3', code: 42, reason: 'an undocumented code' },
      ],
      confirmedBy: 'reply',
    });
  });

  it('hears only of whom it asked for, and once', async () => {
    const ErrorUsers = ['zed', 'bob', 'bob'].map((UserId) => ({ UserId, SubCode: 660500002 }));
    await zim.given([envelope({ Code: 0, CallId: '1', CreateTime: 1, ErrorUsers })]);
    const result = await zim.service.invite({ fromUserId: 'u', userIds: ['bob', 'carol'] });
    expect(result.invited).toEqual(['carol']);
    expect(result.failed.map(({ userId }) => userId)).toEqual(['bob']);
  });

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

  it('takes what is null for absent', async () => {
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

  it('says who is not registered', async () => {
    await zim.given([
      envelope({ Code: 660900003, ErrorUsers: [{ UserId: 'v', SubCode: 660500002 }] }),
    ]);
    await expect(zim.service.invite({ fromUserId: 'u', userIds: ['v'] })).rejects.toMatchObject({
      kind: 'user-not-registered',
      outcome: 'rejected',
      errorUsers: [{ userId: 'v', code: 660500002, reason: 'the user is not registered with ZIM' }],
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
