// A backend that crashes while it rings phones: node --import ../../tools/typescript.mjs crash.mjs <how> <url>
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CallInviteService, ZimCallModule } from 'nestjs-zim-call';

const [, , how, baseUrl] = process.argv;
const zim = ZimCallModule.forRoot({
  appId: 12345,
  serverSecret: process.env.ZIM_SERVER_SECRET,
  baseUrl,
});
const app = await NestFactory.createApplicationContext(zim, { abortOnError: false });
const call = app.get(CallInviteService).invite({ fromUserId: 'alice', userIds: ['bob'] });

const crashes = {
  /** The call's error is not handled. */
  unhandled: () => undefined,
  /** The call's error is thrown where no code can catch it. */
  uncaught: () =>
    call.catch((error) => {
      process.nextTick(() => {
        throw error;
      });
    }),
  /** Other code fails while the call is in progress. */
  elsewhere: () => {
    process.on('SIGUSR2', () => {
      throw new TypeError('a defect elsewhere', { cause: app });
    });
    call.catch(() => undefined);
  },
};
crashes[how]();
