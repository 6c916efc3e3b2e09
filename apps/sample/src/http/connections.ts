import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** The time that a client may take to send a whole request, in ms. */
const requestTimeout = 10_000;

/** The options of Fastify, which sets the server's `requestTimeout` again after creating it. */
export const serverOptions = {
  /** In bytes: more than the largest sensible invite, with 2 KiB of extended data and a push, fully escaped. */
  bodyLimit: 64 * 1024,
  requestTimeout,
  // The limit of the headers must be the shorter one, or Node applies it to the body too.
  http: { headersTimeout: 5_000, requestTimeout, connectionsCheckingInterval: 500 },
};

/** How long a shutdown waits for requests that have not arrived completely. */
const unfinishedGraceMs = 2_000;
/** Longer than a call to ZIM may take, so that a call in progress is still answered. */
const answerGraceMs = 12_000;

/**
 * Ends a shutdown that a connection would hold open: Node's server waits for every connection, and no longer
 * enforces its limits once it is closing.
 */
@Injectable()
export class ShutdownGrace implements OnModuleDestroy {
  /** Every connection, with its request that has no response yet. */
  private readonly requests = new Map<Socket, IncomingMessage | undefined>();
  private readonly server: Server;

  constructor({ httpAdapter }: HttpAdapterHost<FastifyAdapter>) {
    this.server = httpAdapter.getInstance().server;
    this.server.on('connection', (socket) => {
      this.requests.set(socket, undefined);
      socket.once('close', () => this.requests.delete(socket));
    });
    this.server.on('request', (request, response) => {
      const { socket } = request;
      this.requests.set(socket, request);
      response.once('close', () => {
        if (this.requests.get(socket) === request) this.requests.set(socket, undefined);
      });
    });
  }

  onModuleDestroy(): void {
    let elapsedMs = 0;
    const timer = setInterval(() => {
      elapsedMs += unfinishedGraceMs;
      for (const [socket, request] of this.requests)
        if (!request?.complete || elapsedMs >= answerGraceMs) socket.destroy();
    }, unfinishedGraceMs);
    // A server that never listened reports no close: it must not keep the process alive.
    timer.unref();
    this.server.once('close', () => {
      clearInterval(timer);
    });
  }
}
