// An instance of a backend that rings plans from Redis, in a process of its own: see dispatch-process.ts.
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ZimCallModule } from 'nestjs-zim-call';
import { RingDispatcher, type RingPlanInput, ZimDispatchModule } from 'nestjs-zim-dispatch';
import { createInterface } from 'node:readline';
import { filter, firstValueFrom } from 'rxjs';

const { APP_ID = '', SECRET = '', CALLBACK_SECRET = '', BASE_URL, REDIS_URL } = process.env;

@Module({
  imports: [
    ZimCallModule.forRoot({
      appId: Number(APP_ID),
      serverSecret: SECRET,
      baseUrl: BASE_URL,
      redisUrl: REDIS_URL,
      callbacks: { path: '/zim/callbacks', secret: CALLBACK_SECRET },
      correlation: {},
    }),
    ZimDispatchModule.forRoot({ redisUrl: REDIS_URL }),
  ],
})
class WorkerModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(WorkerModule, new FastifyAdapter(), { logger: false });
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  const dispatcher = app.get(RingDispatcher);
  const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  print({ url: await app.getUrl() });
  const ring = async (plan: RingPlanInput) => {
    const id = await dispatcher.ring(plan);
    print({ id });
    await firstValueFrom(dispatcher.events(id).pipe(filter(({ type }) => type === 'ringing')));
    print({ ringing: id });
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    void ring(JSON.parse(line) as RingPlanInput).catch(() => undefined);
  });
}

void main();
