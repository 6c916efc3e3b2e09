import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server } from 'node:http';

/** How long a client may take to send a request. */
export const requestTimeoutMs = 10_000;
/** Longer than a call of ours may take, so that a call under way is still answered. */
const shutdownGraceMs = 12_000;

/** Ends a shutdown that a silent connection would hold open for ever. */
@Injectable()
export class ShutdownGrace implements BeforeApplicationShutdown {
  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server: unknown = this.adapterHost.httpAdapter.getHttpServer();
    if (!(server instanceof Server)) return;
    setTimeout(() => {
      server.closeAllConnections();
    }, shutdownGraceMs).unref();
  }
}
