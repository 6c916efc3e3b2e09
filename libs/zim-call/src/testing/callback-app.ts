import type { InjectionToken, INestApplication, ModuleMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { signZimCallback } from 'zim-protocol';
import { ZIM_RUNTIME } from '../time/runtime.js';
import { ManualRuntime } from './manual-runtime.js';
import { RecordingLogger } from './recording-logger.js';

export const callbackSecret = 'callback-secret';
export const callbackPath = '/zim/callbacks';
/** The time at which callbacks are signed, in Unix seconds. */
export const callbackSeconds = 1_700_000_000;

/** An application that receives callbacks, on a runtime that the test moves. */
export class CallbackApp {
  readonly runtime = new ManualRuntime();
  readonly logger = new RecordingLogger();
  private started?: INestApplication;

  private constructor() {
    this.runtime.nowMs = callbackSeconds * 1000;
  }

  /** @param fakes - providers that replace others, by their tokens */
  static async start(
    metadata: ModuleMetadata,
    adapter: AbstractHttpAdapter = new FastifyAdapter(),
    fakes: ReadonlyMap<InjectionToken, unknown> = new Map(),
  ): Promise<CallbackApp> {
    const started = new CallbackApp();
    const builder = Test.createTestingModule(metadata);
    for (const [token, value] of fakes) builder.overrideProvider(token).useValue(value);
    const module = await builder.overrideProvider(ZIM_RUNTIME).useValue(started.runtime).compile();
    started.started = module.createNestApplication(adapter, { logger: started.logger });
    await started.app.listen(0, '127.0.0.1');
    return started;
  }

  get app(): INestApplication {
    if (this.started === undefined) throw new Error('the application has not started');
    return this.started;
  }

  urlOf(path: string): string {
    const { port } = this.app.getHttpServer().address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  /** Sends the body of a callback, as JSON unless it is text or bytes. */
  post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.urlOf(callbackPath), {
      method: 'POST',
      headers,
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  }

  /** Delivers a callback about AppID 1, signed now; returns the HTTP status. */
  async deliver(event: string, fields: Readonly<Record<string, unknown>>): Promise<number> {
    const timestamp = Math.floor(this.runtime.nowMs / 1000);
    const signature = signZimCallback({ callbackSecret, timestamp, nonce: '1' });
    const body = { appid: '1', nonce: '1', timestamp, signature, event, ...fields };
    return (await this.post(body)).status;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

/** Returns the body of a `call_accept` with a right signature, unless the fields bring another. */
export function signedCallback(
  fields: Record<string, unknown> & { nonce?: string; timestamp?: number } = {},
  secret = callbackSecret,
) {
  const { nonce = '350176', timestamp = callbackSeconds } = fields;
  return {
    appid: '1',
    event: 'call_accept',
    call_id: '12261423186766631832',
    user_id: 'bob',
    extend_data: 'hi',
    signature: signZimCallback({ callbackSecret: secret, timestamp, nonce }),
    ...fields,
    nonce,
    timestamp,
  };
}
