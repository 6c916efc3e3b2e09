import { Module } from '@nestjs/common';
import { ZimCallModule } from 'nestjs-zim-call';
import { ZimTarget } from './zim-target.js';

/** Offers `CallInviteService` to the whole application. */
@Module({
  imports: [
    ZimCallModule.forRootAsync({
      isGlobal: true,
      inject: [ZimTarget],
      useFactory: (target: ZimTarget) => target.options,
    }),
  ],
})
export class ZimModule {}
