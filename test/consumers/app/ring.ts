import { type INestApplication } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ZimSandbox } from 'zim-sandbox';
import { CallsModule } from './calls.js';

type AdapterName = 'express' | 'fastify';

const adapters: Record<AdapterName, () => AbstractHttpAdapter> = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter(),
};

/** Starts a sandbox and the application, rings by HTTP, and returns who rings. */
export async function ringThrough(name: AdapterName): Promise<string> {
  const sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
  process.env.ZIM_APP_ID = String(sandbox.app.appId);
  process.env.ZIM_SERVER_SECRET = sandbox.app.serverSecret;
  process.env.ZIM_BASE_URL = sandbox.url;
  const app: INestApplication = await NestFactory.create(CallsModule, adapters[name](), {
    logger: ['error'],
  });
  await app.listen(0, '127.0.0.1');
  try {
    const url = await app.getUrl();
    const rung = await fetch(`${url}/calls`, post({ fromUserId: 'alice', userIds: ['bob'] }));
    if (rung.status !== 201) throw new Error(`${rung.status}: ${await rung.text()}`);
    const refused = await fetch(`${url}/calls`, post({ fromUserId: 'al/ce', userIds: [] }));
    const problem: unknown = await refused.json();
    const rules: unknown = await (await fetch(`${url}/calls/rules`)).json();
    const ringing = sandbox.calls.list().flatMap((call) => call.ringing);
    return [name, ...ringing, refused.status, JSON.stringify(problem).length > 100, rules].join(
      ' ',
    );
  } finally {
    await app.close();
    await sandbox.stop();
  }
}

function post(body: object): RequestInit {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify(body) };
}
