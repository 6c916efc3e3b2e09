import { Test, type TestingModule } from '@nestjs/testing';
import { ZIM_RUNTIME } from '../time/runtime.js';
import { ZimApiClient } from '../client/zim-api.client.js';
import { CallInviteService } from '../invite/call-invite.service.js';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { ZimCallModule } from '../zim-call.module.js';
import { ManualRuntime } from './manual-runtime.js';

export const testSecret = '9193cc662a4c0ec135ec71fb57194b38';

export interface TestClient {
  readonly module: TestingModule;
  readonly service: CallInviteService;
  readonly client: ZimApiClient;
  readonly runtime: ManualRuntime;
  /** Waits for a call, and moves time through the waits between its attempts. */
  settled<T>(call: Promise<T>): Promise<T>;
}

/** The module as a user gets it, but on a runtime that the test holds. */
export async function createClient(
  baseUrl: string,
  options: Partial<ZimCallOptions> = {},
  runtime = new ManualRuntime(),
): Promise<TestClient> {
  const module = await Test.createTestingModule({
    imports: [
      ZimCallModule.forRoot({ appId: 12345, serverSecret: testSecret, baseUrl, ...options }),
    ],
  })
    .overrideProvider(ZIM_RUNTIME)
    .useValue(runtime)
    .compile();
  module.useLogger(false);
  await module.init();
  return {
    module,
    service: module.get(CallInviteService),
    client: module.get(ZimApiClient),
    runtime,
    settled: (call) => runtime.advanceUntilSettled(call),
  };
}
