import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { answerCallback } from './answer-callback.js';
import type { CallbackError } from './callback-error.js';
import { CallbackHandlers } from './callback-handlers.js';
import { CallbackReceiver } from './callback-receiver.js';
import { CountedWarning } from './counted-warning.js';
import { mountCallbacks } from './mount-callbacks.js';

/** Mounts the path of a module's callbacks, once for all modules that share it. */
@Injectable()
export class CallbackMount implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('ZimCallbacks');
  private readonly refusals: CountedWarning;
  /** Private to the language: they lead to the options of every module, which no printed service may show. */
  readonly #adapterHost: HttpAdapterHost;
  readonly #modules: ModulesContainer;

  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    private readonly receiver: CallbackReceiver,
    private readonly handlers: CallbackHandlers,
  ) {
    this.#adapterHost = adapterHost;
    this.#modules = modules;
    this.refusals = new CountedWarning(
      runtime,
      (count) =>
        `refused ${count} callback${count === 1 ? '' : 's'} at ${this.receiver.path ?? ''}`,
    );
  }

  onModuleInit(): void {
    const { path } = this.receiver;
    const receivers = this.allReceivers();
    if (path === undefined) {
      this.warnOfIdleHandlers(receivers);
      return;
    }
    const httpAdapter = adapterOf(this.#adapterHost);
    if (httpAdapter == null || !['express', 'fastify'].includes(httpAdapter.getType())) {
      this.logger.warn(`there is no HTTP server: nothing is received at ${path}`);
      return;
    }
    const sharing = receivers.filter((receiver) => receiver.path === path);
    if (sharing[0] !== this.receiver) return;
    const desk = { receivers: sharing, onRefused: this.noteRefusal.bind(this) };
    mountCallbacks(httpAdapter, path, (request) => answerCallback(request, desk));
  }

  onApplicationShutdown(): void {
    this.refusals.close();
  }

  private noteRefusal({ reason, message }: CallbackError, instance: string): void {
    // What is no fault of the sender's is logged where it happens.
    if (reason !== undefined) this.refusals.add(reason, `${message} (${instance})`);
  }

  /** Of several modules without callbacks the first warns for all. */
  private warnOfIdleHandlers(receivers: readonly CallbackReceiver[]): void {
    const { anyHandler } = this.handlers;
    const someReceive = receivers.some(({ path }) => path !== undefined);
    if (anyHandler === undefined || someReceive || receivers[0] !== this.receiver) return;
    this.logger.warn(
      `${anyHandler} is never called: no ZimCallModule has the option callbacks: { path, secret }`,
    );
  }

  private allReceivers(): CallbackReceiver[] {
    return [...this.#modules.values()].flatMap(({ providers }) => {
      const instance: unknown = providers.get(CallbackReceiver)?.instance;
      return instance instanceof CallbackReceiver ? [instance] : [];
    });
  }
}

/** Typed as always there, but an application context without a server has `null` or nothing. */
function adapterOf(host: { readonly httpAdapter?: AbstractHttpAdapter | null }) {
  return host.httpAdapter;
}
