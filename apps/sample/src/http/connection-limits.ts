import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a client may take. The limit of the headers must be the shorter one, or Node applies it to the body. */
export interface ConnectionLimits {
  /** From the connection to the end of the headers. */
  readonly headersTimeoutMs: number;
  /** From the connection to the end of the body. */
  readonly requestTimeoutMs: number;
  /** How often Node looks for clients that take longer. */
  readonly checkIntervalMs: number;
}

export const connectionLimits: ConnectionLimits = {
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  checkIntervalMs: 500,
};

/** The limits as options of Fastify, which sets the server's `requestTimeout` again after creating it. */
export function toServerOptions(limits: ConnectionLimits) {
  const { headersTimeoutMs, requestTimeoutMs, checkIntervalMs } = limits;
  return {
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: checkIntervalMs,
    },
  };
}

/** How long a shutdown waits for requests that have not arrived whole. */
const silentGraceMs = 2_000;
/** Longer than a call of ours may take, so that a call under way is still answered. */
const answerGraceMs = 12_000;

/**
 * Ends a shutdown that a connection would hold open: Node's server waits for each, and no longer enforces its
 * limits once it is closing.
 */
@Injectable()
export class ShutdownGrace
  implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private readonly sockets = new Set<Socket>();
  private readonly requests = new Map<Socket, IncomingMessage>();
  private stopTimers: () => void = () => undefined;

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    this.server?.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    this.server?.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.requests.set(socket, request);
      response.once('close', () => {
        if (this.requests.get(socket) === request) this.requests.delete(socket);
      });
    });
  }

  onModuleDestroy(): void {
    const unfinished = setInterval(() => {
      this.closeUnfinished();
    }, silentGraceMs);
    const all = setTimeout(() => {
      this.server?.closeAllConnections();
    }, answerGraceMs);
    this.stopTimers = () => {
      clearInterval(unfinished);
      clearTimeout(all);
    };
  }

  onApplicationShutdown(): void {
    this.stopTimers();
  }

  /** Closes the connections that owe us a request, and leaves those alone that we owe an answer. */
  private closeUnfinished(): void {
    for (const socket of this.sockets) {
      if (this.requests.get(socket)?.complete !== true) socket.destroy();
    }
  }

  private get server(): Server | undefined {
    const server: unknown = this.adapterHost.httpAdapter.getHttpServer();
    return server instanceof Server ? server : undefined;
  }
}
