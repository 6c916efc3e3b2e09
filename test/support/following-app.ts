import type { INestApplication, Provider } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { systemRuntime, ZIM_RUNTIME, ZimCallModule, type ZimCallOptions } from 'nestjs-zim-call';
import type { AddressInfo } from 'node:net';
import type { ZimSandbox } from 'zim-sandbox';

/**
 * Starts an application that calls the sandbox's first app and receives its callbacks.
 *
 * @param wallClockMs the application's clock; default: the sandbox's
 */
export async function startFollowingApp(
  sandbox: ZimSandbox,
  options: Partial<ZimCallOptions> = {},
  providers: Provider[] = [],
  wallClockMs = () => sandbox.clock.now(),
): Promise<{ readonly app: INestApplication; readonly callbackUrl: string }> {
  const path = '/zim/callbacks';
  const { appId, serverSecret, callbackSecret = serverSecret } = sandbox.app;
  const module = await Test.createTestingModule({
    imports: [
      ZimCallModule.forRoot({
        appId,
        serverSecret,
        baseUrl: sandbox.url,
        callbacks: { path, secret: callbackSecret },
        ...options,
      }),
    ],
    providers,
  })
    .overrideProvider(ZIM_RUNTIME)
    .useValue({ ...systemRuntime, wallClockMs })
    .compile();
  const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, callbackUrl: `http://127.0.0.1:${port}${path}` };
}
