import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { RedisServer } from '../support/redis-server.js';

const script = `
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ZimCallModule, ZimRateLimit } from 'nestjs-zim-call';
const options = { appId: 1, serverSecret: 'secret', redisUrl: process.env.REDIS_URL || undefined };
const app = await NestFactory.createApplicationContext(ZimCallModule.forRoot(options), { logger: false });
console.log(app.get(ZimRateLimit).figures().state);
`;

/** Runs a backend that is never closed. Returns what it prints, and its exit code. */
async function run(redisUrl: string): Promise<[string, unknown]> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: resolve(__dirname, '../..'),
    env: { ...process.env, REDIS_URL: redisUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return [printed.trim(), code];
}

describe('a process whose rate limiter is idle', () => {
  it('ends by itself without Redis', async () => {
    expect(await run('')).toEqual(['local', 0]);
  });

  it('ends by itself with Redis', async () => {
    const redis = await RedisServer.start();
    try {
      expect(await run(redis.url)).toEqual(['shared', 0]);
    } finally {
      await redis.kill();
    }
  });
});
