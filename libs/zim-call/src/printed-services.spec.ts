import { Injectable, Logger, Module } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { inspect } from 'node:util';
import { CallInviteService } from './invite/call-invite.service.js';
import { CallOutcomeService } from './outcome/call-outcome.service.js';
import { RAW_ZIM_CALL_OPTIONS } from './zim-call.module-definition.js';
import { ZimCallModule } from './zim-call.module.js';

/** A service of the application. */
@Injectable()
class Doorbell {
  constructor(
    readonly invites: CallInviteService,
    readonly outcomes: CallOutcomeService,
  ) {}
}

const options = {
  appId: 12345,
  serverSecret: 'canary-server-secret',
  redisUrl: 'redis://user:canary%2Dredis@127.0.0.1:1',
  callbacks: { path: '/zim/callbacks', secret: 'canary-callback-secret' },
  correlation: {},
};

@Module({ imports: [ZimCallModule.forRoot(options)], providers: [Doorbell] })
class Application {}

/** Providers of Nest, and the user's own options. */
const excluded = [RAW_ZIM_CALL_OPTIONS, ModuleRef, ModulesContainer];

function servicesIn(modules: ModulesContainer): (readonly [string, unknown])[] {
  return [...modules.values()]
    .filter(({ metatype }) => metatype === ZimCallModule || metatype === Application)
    .flatMap(({ providers }) => [...providers.values()])
    .filter(({ token }) => !excluded.some((one) => one === token))
    .map(({ name, instance }) => [String(name), instance] as const);
}

describe('printing a service', () => {
  it('shows no secret', async () => {
    Logger.overrideLogger(false);
    const module = await Test.createTestingModule({ imports: [Application] }).compile();
    await module.init();
    const services = servicesIn(module.get(ModulesContainer, { strict: false }));
    expect(services.length).toBeGreaterThan(20);
    const printed = services.map(([name, instance]) => [name, inspect(instance, { depth: 6 })]);
    await module.close();
    for (const [name, text] of printed) {
      expect([name, text?.match(/.*canary.*/g)]).toEqual([name, null]);
    }
  });
});
