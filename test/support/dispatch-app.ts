import type { INestApplication, Provider } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  systemRuntime,
  ZIM_RUNTIME,
  ZimCallModule,
  type ZimCallOptions,
  type ZimRuntime,
} from 'nestjs-zim-call';
import { ZimDispatchModule, type ZimDispatchOptions } from 'nestjs-zim-dispatch';
import { DISPATCH_RUNTIME } from 'nestjs-zim-dispatch/testing';
import type { AddressInfo } from 'node:net';
import type { ZimSandbox } from 'zim-sandbox';

export const callbackPath = '/zim/callbacks';

export interface DispatchAppOptions {
  readonly calls?: Partial<ZimCallOptions>;
  readonly dispatch?: ZimDispatchOptions;
  readonly providers?: readonly Provider[];
  /** Default: the sandbox's clock, for this machine's does not advance with it. */
  readonly runtime?: ZimRuntime;
}

/** Starts an application that rings plans in a sandbox, and listens. */
export async function startDispatchApp(
  sandbox: ZimSandbox,
  { calls, dispatch, providers = [], runtime = runtimeOf(sandbox) }: DispatchAppOptions = {},
): Promise<INestApplication> {
  const { appId, serverSecret } = sandbox.app;
  const module = await Test.createTestingModule({
    imports: [
      ZimCallModule.forRoot({ appId, serverSecret, baseUrl: sandbox.url, ...calls }),
      ZimDispatchModule.forRoot(dispatch),
    ],
    providers: [...providers],
  })
    .overrideProvider(ZIM_RUNTIME)
    .useValue({ ...systemRuntime, wallClockMs: () => runtime.wallClockMs() })
    .overrideProvider(DISPATCH_RUNTIME)
    .useValue(runtime)
    .compile();
  const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

/** The option by which an application receives the sandbox's callbacks. */
export function callbacksOf({ app }: ZimSandbox): Pick<ZimCallOptions, 'callbacks'> {
  const { serverSecret, callbackSecret = serverSecret } = app;
  return { callbacks: { path: callbackPath, secret: callbackSecret } };
}

export function takeCallbacks(sandbox: ZimSandbox, app: INestApplication): void {
  const { port } = app.getHttpServer().address() as AddressInfo;
  sandbox.callbacks.setUrl(`http://127.0.0.1:${port}${callbackPath}`);
}

function runtimeOf({ clock }: ZimSandbox): ZimRuntime {
  return {
    ...systemRuntime,
    wallClockMs: () => clock.now(),
    setTimer: (delayMs, callback) => clock.setTimer(delayMs, callback),
  };
}
