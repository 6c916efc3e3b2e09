import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { CallbackError, CountedWarning } from './callback-error.js';
import { CallbackReceiver } from './callback-receiver.js';
import {
  type CallbackAnswer,
  type CallbackRequest,
  maxCallbackBytes,
  mountCallbacks,
} from './mount-callbacks.js';
import { CallbackHandlers } from './on-zim-call.js';
import { parseBody } from './parse-body.js';
import { readEnvelope } from './verify.js';

/** Answers the callbacks at a module's path; of several modules that share it, the first answers for all. */
@Injectable()
export class CallbackEndpoint implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('ZimCallbacks');
  private readonly refusals: CountedWarning;
  /** Functions, so that this provider can be printed without the options of every module. */
  private readonly httpAdapter: () => AbstractHttpAdapter | null | undefined;
  private readonly allReceivers: () => readonly CallbackReceiver[];

  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    private readonly receiver: CallbackReceiver,
    private readonly handlers: CallbackHandlers,
  ) {
    this.httpAdapter = () => adapterHost.httpAdapter;
    this.allReceivers = () =>
      [...modules.values()].flatMap(({ providers }) => {
        const instance: unknown = providers.get(CallbackReceiver)?.instance;
        return instance instanceof CallbackReceiver ? [instance] : [];
      });
    this.refusals = new CountedWarning(
      runtime,
      (callbacks) => `refused ${callbacks} at ${receiver.path ?? ''}`,
    );
  }

  onModuleInit(): void {
    const { path } = this.receiver;
    const receivers = this.allReceivers();
    if (path === undefined) {
      this.warnOfIdleHandlers(receivers);
      return;
    }
    const httpAdapter = this.httpAdapter();
    if (httpAdapter == null || !['express', 'fastify'].includes(httpAdapter.getType())) {
      this.logger.warn(`there is no HTTP server: nothing is received at ${path}`);
      return;
    }
    const sharing = receivers.filter((receiver) => receiver.path === path);
    if (sharing[0] !== this.receiver) return;
    mountCallbacks(httpAdapter, path, (request) => this.answer(request, sharing));
  }

  onApplicationShutdown(): void {
    this.refusals.close();
  }

  private async answer(
    { raw, requestId }: CallbackRequest,
    receivers: readonly CallbackReceiver[],
  ): Promise<CallbackAnswer> {
    try {
      await deliver(raw, receivers);
      return { status: 200, body: { received: true } };
    } catch (error) {
      const { status, message, reason } =
        error instanceof CallbackError ? error : new CallbackError(500, 'this backend failed');
      const instance =
        requestId === undefined ? `urn:uuid:${randomUUID()}` : `urn:request:${requestId}`;
      // A fault of this side is logged where it happens.
      if (reason !== undefined) this.refusals.add(reason, `${message} (${instance})`);
      const type = 'urn:zim-call:problem:callback';
      const title = 'The callback was not accepted';
      return { status, body: { type, title, status, detail: message, instance } };
    }
  }

  /** Of several modules without callbacks, the first warns for all. */
  private warnOfIdleHandlers(receivers: readonly CallbackReceiver[]): void {
    const { first } = this.handlers;
    const someReceive = receivers.some(({ path }) => path !== undefined);
    if (first === undefined || someReceive || receivers[0] !== this.receiver) return;
    this.logger.warn(
      `${first.place} is never called: no ZimCallModule has the option callbacks: { path, secret }`,
    );
  }
}

async function deliver(
  raw: CallbackRequest['raw'],
  receivers: readonly CallbackReceiver[],
): Promise<void> {
  if (raw === 'too large') {
    throw new CallbackError(413, `the body must be at most ${maxCallbackBytes} bytes`, 'body');
  }
  const parsed = parseBody(raw);
  const envelope = readEnvelope(parsed.body);
  const receiver = receivers.find(({ appId }) => appId === envelope.appId);
  if (receiver === undefined) {
    throw new CallbackError(401, 'appid is none of this backend: check appId and path', 'path');
  }
  await receiver.receive(envelope, parsed);
}
