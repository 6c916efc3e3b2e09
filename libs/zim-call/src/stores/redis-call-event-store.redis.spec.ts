import { Test, type TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { CallOutcomeService } from '../outcome/call-outcome.service.js';
import { ZimCallModule } from '../zim-call.module.js';
import { CALL_EVENT_STORE, type CallEvent, type CallEventStore } from './call-event-store.js';
import { testSecret } from '../testing/create-client.js';
import { failureOf } from '../testing/scripted-zim.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

const callId = '12345678901234567890';
const key = `zim-call:{12345}:call:${callId}`;
const accepted = { type: 'accepted', userIds: ['bob'], at: new Date(0) };

let redis: RedisServer;
let admin: Redis;
let backend: TestingModule;
let outcomes: CallOutcomeService;

beforeAll(async () => {
  redis = await RedisServer.start();
  admin = new Redis(redis.url);
  const callbacks = { path: '/zim/callbacks', secret: 'callback-secret' };
  const options = { appId: 12345, serverSecret: testSecret, redisUrl: redis.url, callbacks };
  backend = await Test.createTestingModule({ imports: [ZimCallModule.forRoot(options)] }).compile();
  await backend.init();
  outcomes = backend.get(CallOutcomeService);
});
afterAll(async () => {
  await backend.close();
  admin.disconnect();
  await redis.kill();
});
beforeEach(() => admin.flushall());

const fields: [string, unknown][] = [
  ['garbage{', 'garbage{'],
  ['null', null],
  ['a list', []],
  ['no type', { ...accepted, type: undefined }],
  ['a type that is no text', { ...accepted, type: 7 }],
  ['a bad date', { ...accepted, at: 'never' }],
  ['no date', { ...accepted, at: undefined }],
  ['users that are no list', { ...accepted, userIds: 'bob' }],
  ['a user that is no text', { ...accepted, userIds: [null] }],
];

describe('the events of a withdrawal, and of reports', () => {
  const withdrawing = { type: 'withdrawing', userIds: ['bob'], at: new Date(0) } as const;

  it('are read by another instance', async () => {
    const store = backend.get<CallEventStore>(CALL_EVENT_STORE);
    const written = [
      withdrawing,
      { ...withdrawing, type: 'withdrawn' },
      { ...withdrawing, type: 'not-withdrawn' },
      { ...withdrawing, type: 'accepted', reportedBy: 'client' },
    ] as const;
    for (const event of written) await admin.rpush(key, JSON.stringify(event));
    expect(await store.load(callId)).toEqual(written);
  });

  it('are counted if two instances store equal ones', async () => {
    const store = backend.get<CallEventStore>(CALL_EVENT_STORE);
    const other = 'another call';
    await admin.rpush(`zim-call:{12345}:call:${other}`, JSON.stringify(withdrawing));
    await store.append(other, withdrawing);
    expect(await store.load(other)).toEqual([withdrawing, withdrawing]);
  });
});

describe('an entry among the events of a call that this package did not write', () => {
  it.each(fields)(
    'makes the outcome and the stream of events fail as unknown: %s',
    async (_, event) => {
      await admin.rpush(key, typeof event === 'string' ? event : JSON.stringify(event));
      const unknown = { kind: 'connection', outcome: 'unknown' };
      expect(await failureOf(outcomes.outcome(callId))).toMatchObject(unknown);
      const events = new Promise<CallEvent>((resolve, reject) => {
        outcomes.events(callId).subscribe({ next: resolve, error: reject });
      });
      expect(await failureOf(events)).toMatchObject(unknown);
    },
  );

  it('makes the outcome unknown if the key holds no list', async () => {
    await admin.set(key, 'garbage{');
    expect(await failureOf(outcomes.outcome(callId))).toMatchObject({ outcome: 'unknown' });
  });

  it('ends waiting that has begun, and leaves no listener behind', async () => {
    const store = backend.get<CallEventStore>(CALL_EVENT_STORE);
    let listeners = 0;
    const onChange = store.onChange.bind(store);
    const following = new Promise<void>((resolve) => {
      jest.spyOn(store, 'onChange').mockImplementation((listener) => {
        listeners++;
        resolve();
        const stop = onChange(listener);
        return () => {
          listeners--;
          stop();
        };
      });
    });
    const outcome = failureOf(outcomes.outcome(callId));
    await following;
    await admin.rpush(key, 'garbage{');
    await admin.publish('zim-call:{12345}:changed', callId);
    expect(await outcome).toMatchObject({ kind: 'connection', outcome: 'unknown' });
    expect(listeners).toBe(0);
    jest.restoreAllMocks();
  });

  it('is ignored if a later version may have written it', async () => {
    await admin.rpush(key, JSON.stringify({ type: 'transferred', at: 7 }));
    await admin.rpush(key, JSON.stringify(accepted));
    expect(await outcomes.outcome(callId)).toMatchObject({
      result: 'accepted',
      acceptedBy: ['bob'],
    });
  });
});
