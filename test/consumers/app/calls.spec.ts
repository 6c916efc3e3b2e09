import { Test } from '@nestjs/testing';
import { CallInviteService } from 'nestjs-zim-call';
import { CallsModule, CallsService } from './calls.js';
import { ringThrough } from './ring.js';

describe('an application that rings', () => {
  it('is tested with a fake service', async () => {
    process.env.ZIM_APP_ID = '1';
    process.env.ZIM_SERVER_SECRET = 'secret';
    process.env.ZIM_BASE_URL = 'http://127.0.0.1:9';
    const invited: unknown[] = [];
    const invite = (request: unknown) => {
      invited.push(request);
      return Promise.resolve({ callId: '7', invited: ['bob'], failed: [] });
    };
    const testing = await Test.createTestingModule({ imports: [CallsModule] })
      .overrideProvider(CallInviteService)
      .useValue({ invite })
      .compile();
    await testing.init();
    const { callId } = await testing
      .get(CallsService)
      .ring({ fromUserId: 'alice', userIds: ['bob'] });
    expect(callId).toBe('7');
    expect(invited).toEqual([{ fromUserId: 'alice', userIds: ['bob'] }]);
    await testing.close();
  });

  it.each(['express', 'fastify'] as const)('rings against the sandbox: %s', async (adapter) => {
    expect(await ringThrough(adapter)).toBe(
      `${adapter} bob 400 true userIds: userIds must name at least 1 callee`,
    );
  });
});
