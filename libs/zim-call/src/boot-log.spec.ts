import { NestFactory } from '@nestjs/core';
import { noRetry, standardRetry, type ZimCallOptions } from './config/zim-call-options.js';
import { RecordingLogger } from './testing/recording-logger.js';
import { ZimCallModule } from './zim-call.module.js';

async function linesOf(
  options: Partial<ZimCallOptions> & { name?: string },
  globalPrefix?: string,
): Promise<string[]> {
  const logger = new RecordingLogger();
  const zimCall = ZimCallModule.forRoot({ appId: 12345, serverSecret: 'canary-1', ...options });
  const app = await NestFactory.create(zimCall, { logger, abortOnError: false });
  if (globalPrefix !== undefined) app.setGlobalPrefix(globalPrefix);
  await app.init();
  await app.close();
  expect(logger.lines.join()).not.toContain('canary');
  return logger.of('ZimCall');
}

describe('a module logs one line at boot', () => {
  it('with all defaults', async () => {
    expect(await linesOf({})).toEqual([
      'log ZimCall: AppID 12345 (default); calls https://zim-api.zego.im; no callbacks; quota of this instance only; retry standardRetry',
    ]);
  });

  it.each([
    [undefined, 'callbacks at POST /zim/callbacks; '],
    ['api', 'callbacks at POST /zim/callbacks (without the global prefix api); '],
  ])('with the path of callbacks, which has no global prefix (%s)', async (prefix, words) => {
    const callbacks = { path: '/zim/callbacks', secret: 'canary-2' };
    const lines = await linesOf({ name: 'eu', region: ['fra', 'lax'], callbacks }, prefix);
    expect(lines).toEqual([
      `log ZimCall: AppID 12345 (eu); calls https://zim-api-fra.zego.im, https://zim-api-lax.zego.im; ${words}quota of this instance only; retry standardRetry`,
    ]);
  });

  it.each([
    [noRetry, 'retry noRetry'],
    [{ ...standardRetry, maxAttempts: 2 }, 'retry custom'],
  ])('with the name of its retry policy (%#)', async (retry, words) => {
    expect((await linesOf({ retry }))[0]).toContain(`; ${words}`);
  });

  it('with the shared quota, and without the password of Redis', async () => {
    const [line] = await linesOf({ redisUrl: 'redis://:canary-3@127.0.0.1:1' });
    expect(line).toContain('; quota shared through Redis; ');
  });
});
