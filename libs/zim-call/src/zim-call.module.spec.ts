import { Global, Inject, Injectable, Module } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';
import { Test } from '@nestjs/testing';
import axios from 'axios';
import { ZimApiClient } from './client/zim-api.client.js';
import { ZimConfigError } from './errors/errors.js';
import { CallInviteService } from './invite/call-invite.service.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { type ZimCallOptions } from './config/zim-call-options.js';
import { testSecret } from './testing/create-client.js';
import { accepted, ScriptedServer } from './testing/scripted-server.js';
import { CallbackApp, callbackPath, callbackSecret } from './testing/callback-app.js';
import type { ZimCallOptionsFactory } from './zim-call.module-definition.js';
import { ZimCallModule } from './zim-call.module.js';
import {
  getCallInviteServiceToken,
  getZimApiClientToken,
  InjectCallInvite,
  InjectZimApiClient,
} from './zim-call.tokens.js';

const BASE_URL = Symbol('BASE_URL');
const invite = { fromUserId: 'a', userIds: ['b'] };
let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start(accepted);
});
afterAll(() => server.stop());

const options = (appId = 1): ZimCallOptions => ({
  appId,
  serverSecret: testSecret,
  baseUrl: server.url,
});

@Global()
@Module({
  providers: [{ provide: BASE_URL, useFactory: () => server.url }],
  exports: [BASE_URL],
})
class UrlModule {}

@Injectable()
class OptionsFactory implements ZimCallOptionsFactory {
  constructor(@Inject(BASE_URL) private readonly baseUrl: string) {}

  createZimCallOptions(): Promise<ZimCallOptions> {
    return Promise.resolve({ appId: 77, serverSecret: testSecret, baseUrl: this.baseUrl });
  }
}

@Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
class FactoryModule {}

async function lastAppIdAfter(service: CallInviteService): Promise<string | null | undefined> {
  await service.invite(invite);
  return server.requests.at(-1)?.url.searchParams.get('AppId');
}

describe('ZimCallModule', () => {
  it.each([
    ['forRoot', () => ZimCallModule.forRoot(options(77))],
    ['useFactory', () => ZimCallModule.forRootAsync({ useFactory: () => options(77) })],
    [
      'useFactory with inject and imports',
      () =>
        ZimCallModule.forRootAsync({
          imports: [FactoryModule],
          inject: [OptionsFactory],
          useFactory: (factory: OptionsFactory) => factory.createZimCallOptions(),
        }),
    ],
    ['useClass', () => ZimCallModule.forRootAsync({ useClass: OptionsFactory })],
    [
      'useExisting',
      () => ZimCallModule.forRootAsync({ imports: [FactoryModule], useExisting: OptionsFactory }),
    ],
  ])('works with %s', async (_, zimCall) => {
    const module = await Test.createTestingModule({ imports: [UrlModule, zimCall()] }).compile();
    await module.init();
    expect(await lastAppIdAfter(module.get(CallInviteService))).toBe('77');
    await module.close();
  });

  it('keeps several named clients apart', async () => {
    @Injectable()
    class Calls {
      constructor(
        readonly first: CallInviteService,
        @InjectCallInvite('eu') readonly eu: CallInviteService,
        @InjectZimApiClient('eu') readonly client: ZimApiClient,
      ) {}
    }
    const module = await Test.createTestingModule({
      imports: [
        ZimCallModule.forRoot(options(1)),
        ZimCallModule.forRoot({ ...options(2), name: 'eu' }),
        ZimCallModule.forRootAsync({ name: 'us', useFactory: () => options(3) }),
      ],
      providers: [Calls],
    }).compile();
    const calls = module.get(Calls);
    expect(await lastAppIdAfter(calls.first)).toBe('1');
    expect(await lastAppIdAfter(calls.eu)).toBe('2');
    expect(await lastAppIdAfter(module.get(getCallInviteServiceToken('us')))).toBe('3');
    expect(calls.client).toBe(module.get(getZimApiClientToken('eu')));
    await module.close();
  });

  it.each([undefined, 'eu'])('refuses a second module called %s at boot', async (name) => {
    const twice = Test.createTestingModule({
      imports: [
        ZimCallModule.forRoot({ ...options(1), name }),
        ZimCallModule.forRootAsync({ name, useFactory: () => options(2) }),
      ],
    }).compile();
    await expect(twice).rejects.toThrow(`2 modules are called '${name ?? 'default'}'`);
  });

  it('accepts one module that is imported in two places', async () => {
    const zimCall = ZimCallModule.forRoot(options(1));
    @Module({ imports: [zimCall] })
    class Other {}
    const module = await Test.createTestingModule({ imports: [zimCall, Other] }).compile();
    expect(module.get(CallInviteService)).toBeInstanceOf(CallInviteService);
  });

  it.each([true, false])('is global only if isGlobal is set: %s', async (isGlobal) => {
    @Injectable()
    class Calls {
      constructor(readonly service: CallInviteService) {}
    }
    @Module({ providers: [Calls] })
    class Feature {}
    const compiled = Test.createTestingModule({
      imports: [ZimCallModule.forRoot({ ...options(1), isGlobal }), Feature],
    }).compile();
    if (isGlobal) expect((await compiled).get(Calls, { strict: false }).service).toBeDefined();
    else await expect(compiled).rejects.toThrow(/can't resolve dependencies of the Calls/);
  });

  it.each([
    ['forRoot', () => ZimCallModule.forRoot({ appId: 0, serverSecret: '' })],
    [
      'forRootAsync',
      () => ZimCallModule.forRootAsync({ useFactory: () => ({ appId: 0, serverSecret: '' }) }),
    ],
  ])('reports all wrong options of %s at boot', async (_, zimCall) => {
    const compiled = Test.createTestingModule({ imports: [zimCall()] }).compile();
    const error: unknown = await compiled.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ZimConfigError);
    expect((error as ZimConfigError).problems).toHaveLength(2);
  });

  it('boots with a fake in place of CallInviteService', async () => {
    const fake = { invite: () => Promise.resolve({ callId: 'call1' }) };
    const callbacks = { path: callbackPath, secret: callbackSecret };
    const backend = await CallbackApp.start(
      { imports: [ZimCallModule.forRoot({ ...options(1), callbacks })] },
      undefined,
      new Map([[CallInviteService, fake]]),
    );
    expect(backend.app.get(CallInviteService)).toBe(fake);
    const waiting = backend.app.get(CallOutcomeService).inviteAndWait(invite);
    expect(await backend.deliver('call_accept', { call_id: 'call1', user_id: 'b' })).toBe(200);
    expect(await waiting).toMatchObject({
      invite: { callId: 'call1' },
      outcome: { result: 'accepted', acceptedBy: ['b'] },
    });
    await backend.close();
  });

  it('signs on its own axios instance, and ejects its interceptor at shutdown', async () => {
    const module = await Test.createTestingModule({
      imports: [ZimCallModule.forRoot(options(1))],
    }).compile();
    await module.init();
    const { axiosRef } = module.get(HttpService, { strict: false });
    expect(axiosRef).not.toBe(axios);
    const count = () => {
      let handlers = 0;
      (axiosRef.interceptors.request as unknown as { forEach(f: () => void): void }).forEach(
        () => handlers++,
      );
      return handlers;
    };
    expect(count()).toBe(1);
    await module.close();
    expect(count()).toBe(0);
  });
});
