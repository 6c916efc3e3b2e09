import { Global, Module } from '@nestjs/common';
import { ZimCallModule } from 'nestjs-zim-call';
import { ZimTarget, zimTargetProvider } from './zim-target.js';

@Global()
@Module({ providers: [zimTargetProvider], exports: [ZimTarget] })
class ZimTargetModule {}

/** Offers `CallInviteService` to the whole application. */
@Module({
  imports: [
    ZimTargetModule,
    ZimCallModule.forRootAsync({
      isGlobal: true,
      inject: [ZimTarget],
      useFactory: (target: ZimTarget) => target.options,
    }),
  ],
})
export class ZimModule {}
