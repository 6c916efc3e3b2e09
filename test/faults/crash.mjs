// Crashes of a backend that rings phones: node --import ../../tools/typescript.mjs crash.mjs <how> <url>
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
  /** Nobody handles the error of the call. */
  unhandled: () => undefined,
  /** The error of the call is thrown where nobody can catch it. */
  uncaught: () =>
    call.catch((error) => {
      process.nextTick(() => {
        throw error;
      });
    }),
  /** Something else fails while the call is under way. */
  elsewhere: () => {
    process.on('SIGUSR2', () => {
      throw new TypeError('a defect elsewhere', { cause: app });
    });
    call.catch(() => undefined);
  },
};
crashes[how]();
