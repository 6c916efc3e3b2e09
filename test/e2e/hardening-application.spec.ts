import { Controller, type INestApplication, Injectable, type LoggerService } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CallAcceptEvent,
  CallInviteService,
  OnZimCall,
  signZimCallback,
  ZimCallModule,
  ZimRateLimit,
} from 'nestjs-zim-call';
import { failureOf } from 'nestjs-zim-call/testing';
import { useCleanup } from '../support/cleanup.js';
import { acceptedBody, httpReply, type RawAnswer, RawServer } from '../support/raw-server.js';

const secret = 'callback-secret';
const path = '/zim/callbacks';
const invite = { fromUserId: 'alice', userIds: ['bob'] };
const accept: RawAnswer = (socket) => socket.write(httpReply(acceptedBody()));

@Injectable()
class Handlers {
  heard = 0;

  @OnZimCall('call_accept')
  throws(_event: CallAcceptEvent): void {
    this.heard++;
    if (this.heard === 1) throw new Error('a handler');
  }

  @OnZimCall('*')
  async rejects(): Promise<void> {
    await Promise.resolve();
    if (this.heard === 1) throw new Error('a handler');
  }
}

@Controller()
class Nothing {}

let server: RawServer;
let app: INestApplication;
const afterTest = useCleanup();

async function startApp(answer: RawAnswer, logger: LoggerService | false = false): Promise<void> {
  const own = await RawServer.start(answer);
  server = own;
  afterTest(() => own.stop());
  const { url: baseUrl } = server;
  const options = { appId: 1, serverSecret: 's', baseUrl, callbacks: { path, secret } };
  const module = await Test.createTestingModule({
    imports: [ZimCallModule.forRoot({ ...options, rateLimit: { drainMs: 0 } })],
    controllers: [Nothing],
    providers: [Handlers],
  }).compile();
  const created = module.createNestApplication(new FastifyAdapter(), { logger });
  app = created;
  afterTest(() => created.close());
  await app.listen(0, '127.0.0.1');
}

/** Delivers a callback as ZIM does, on a connection that is closed afterwards. */
async function deliver(nonce: string): Promise<number> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = signZimCallback({ callbackSecret: secret, timestamp, nonce });
  const ids = { appid: '1', event: 'call_accept', call_id: '1', user_id: 'bob' };
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
  sent.end(JSON.stringify({ ...ids, timestamp, nonce, signature }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

describe('a closed application', () => {
  const open = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));

  /** Runs and closes an application with idle connections, calls in progress, waiting calls and callbacks. */
  async function runAndClose(): Promise<void> {
    let isSilent = false;
    await startApp((...args) => {
      if (!isSilent) accept(...args);
    });
    const service = app.get(CallInviteService);
    await Promise.all([service.invite(invite), service.invite(invite)]);
    expect(await deliver('1')).toBe(500);
    isSilent = true;
    const before = open().length;
    const calls = Array.from({ length: 30 }, () => failureOf(service.invite(invite)));
    await server.received(20);
    expect(open().length).toBeGreaterThan(before + 18);

    await app.close();
    const outcomes = (await Promise.all(calls)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'unknown')).toHaveLength(18);
    expect(outcomes.filter((outcome) => outcome === 'not-sent')).toHaveLength(12);
    await server.abandoned();
    expect(await failureOf(service.invite(invite))).toMatchObject({ outcome: 'not-sent' });
    await server.stop();
    // Node releases a handle some rounds of the event loop after its close event.
    for (let round = 0; round < 10; round++) await new Promise(setImmediate);
  }

  it('leaves no handle open', async () => {
    // The first application also opens what Node and Nest keep for the whole process.
    await runAndClose();
    const found = open();
    await runAndClose();
    expect(open()).toEqual(found);
  });
});

describe('a call succeeds', () => {
  const fail = () => {
    throw new Error('a logger');
  };
  const brokenLogger = { log: fail, error: fail, warn: fail, debug: fail, verbose: fail };

  it('when a listener of rate limit events throws or rejects', async () => {
    await startApp(accept);
    let heard = 0;
    app.get(ZimRateLimit).onEvent(() => {
      heard++;
      throw new Error('a listener');
    });
    app.get(ZimRateLimit).onEvent(async () => {
      heard++;
      await Promise.resolve();
      throw new Error('a listener');
    });
    const result = await app.get(CallInviteService).invite(invite);
    expect(result.invited).toEqual(['bob']);
    expect(heard).toBe(4);
  });

  it('when handlers of callbacks throw and reject, and the logger throws too', async () => {
    await startApp(accept);
    app.useLogger(brokenLogger);
    expect([await deliver('1'), await deliver('2'), await deliver('3')]).toEqual([500, 200, 200]);
    expect(app.get(Handlers).heard).toBe(2);
    expect((await app.get(CallInviteService).invite(invite)).invited).toEqual(['bob']);
  });

  it('when the logger throws while a call is repeated and its clock corrected', async () => {
    const date = new Date(Date.now() - 3_600_000).toUTCString();
    const expired = httpReply('{"Code":100000004}', `HTTP/1.1 200 OK\r\nDate: ${date}`);
    let count = 0;
    await startApp((socket) => socket.write(count++ === 0 ? expired : httpReply(acceptedBody())));
    app.useLogger(brokenLogger);
    expect((await app.get(CallInviteService).invite(invite)).invited).toEqual(['bob']);
    expect(server.requests).toHaveLength(2);
  });
});
