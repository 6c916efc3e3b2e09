import { Module } from '@nestjs/common';
import { ZimCallModule } from 'nestjs-zim-call';
import { Environment } from '../config/environment.js';
import { zimOptions } from './zim-options.js';

/** Offers `CallInviteService` to the whole application. */
@Module({
  imports: [
    ZimCallModule.forRootAsync({
      isGlobal: true,
      inject: [Environment],
      useFactory: zimOptions,
    }),
  ],
})
export class ZimModule {}
