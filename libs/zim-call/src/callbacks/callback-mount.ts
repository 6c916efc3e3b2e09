import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { answerCallback } from './answer-callback.js';
import { CallbackReceiver } from './callback-receiver.js';
import { mountCallbacks } from './mount-callbacks.js';

/** Mounts the path of a module's callbacks, once for all modules that share it. */
@Injectable()
export class CallbackMount implements OnModuleInit {
  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    private readonly receiver: CallbackReceiver,
  ) {}

  onModuleInit(): void {
    const { path } = this.receiver;
    if (path === undefined) return;
    const httpAdapter = adapterOf(this.adapterHost);
    if (httpAdapter == null || !['express', 'fastify'].includes(httpAdapter.getType())) {
      new Logger('ZimCallbacks').warn(`there is no HTTP server: nothing is received at ${path}`);
      return;
    }
    const sharing = this.receiversOf(path);
    if (sharing[0] !== this.receiver) return;
    mountCallbacks(httpAdapter, path, (raw) => answerCallback(raw, sharing));
  }

  private receiversOf(path: string): CallbackReceiver[] {
    return [...this.modules.values()].flatMap(({ providers }) => {
      const instance: unknown = providers.get(CallbackReceiver)?.instance;
      return instance instanceof CallbackReceiver && instance.path === path ? [instance] : [];
    });
  }
}

/** Typed as always there, but an application context without a server has `null` or nothing. */
function adapterOf(host: { readonly httpAdapter?: AbstractHttpAdapter | null }) {
  return host.httpAdapter;
}
