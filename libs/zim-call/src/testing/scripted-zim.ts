import type { HttpService } from '@nestjs/axios';
import type { ZimApiClient } from '../client/zim-api.client.js';
import { ZimCallError } from '../errors/errors.js';
import type { CallInviteService } from '../invite/call-invite.service.js';
import type { ZimCallOptions } from '../config/zim-call-options.js';
import { ZimUserService } from '../users/zim-user.service.js';
import { getZimHttpToken } from '../zim-call.tokens.js';
import { createClient, type TestClient } from './create-client.js';
import { ManualRuntime } from './manual-runtime.js';
import { envelope, type Script, ScriptedServer } from './scripted-server.js';

export const invite = { fromUserId: 'alice', userIds: ['bob'] };
export const throttled = envelope({ Code: 660300005 });

/** A scripted server and a client of it, for one test at a time. */
export class ScriptedZim {
  private parts?: { readonly server: ScriptedServer; readonly client: TestClient };

  /** Starts both. */
  async given(
    scripts: readonly Script[],
    options: Partial<ZimCallOptions> = {},
    runtime = new ManualRuntime(),
  ): Promise<void> {
    const server = await ScriptedServer.start(...scripts);
    this.parts = { server, client: await createClient(server.url, options, runtime) };
  }

  get server(): ScriptedServer {
    return this.started.server;
  }

  get service(): CallInviteService {
    return this.started.client.service;
  }

  get client(): ZimApiClient {
    return this.started.client.client;
  }

  get users(): ZimUserService {
    return this.started.client.module.get(ZimUserService);
  }

  /** The `HttpService` that an application may add interceptors to. */
  get http(): HttpService {
    return this.started.client.module.get(getZimHttpToken(), { strict: false });
  }

  get runtime(): ManualRuntime {
    return this.started.client.runtime;
  }

  /** Waits for a call, and moves time through the waits between its attempts. */
  settled<T>(call: Promise<T>): Promise<T> {
    return this.started.client.settled(call);
  }

  /** Closes the client's module, as the end of an application does. */
  close(): Promise<void> {
    return this.started.client.module.close();
  }

  /** What arrived, parameter by parameter. */
  sent(parameter: string): (string | null)[] {
    return this.server.requests.map(({ url }) => url.searchParams.get(parameter));
  }

  async stop(): Promise<void> {
    const { server, client } = this.started;
    this.parts = undefined;
    expect(client.runtime.pendingTimers).toBe(0);
    await client.module.close();
    await server.stop();
  }

  private get started() {
    if (this.parts === undefined) throw new Error('call given() first');
    return this.parts;
  }
}

/** A {@link ScriptedZim} that is stopped after each test, and has left no timer behind. */
export function useScriptedZim(): ScriptedZim {
  const zim = new ScriptedZim();
  afterEach(() => zim.stop());
  return zim;
}

/** The error of a call that must fail. */
export async function failureOf(promise: Promise<unknown>): Promise<ZimCallError> {
  const error: unknown = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZimCallError)) throw error;
  return error;
}
