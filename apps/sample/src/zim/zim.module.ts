import { type DynamicModule, Module } from '@nestjs/common';
import { ZimCallModule } from 'nestjs-zim-call';
import { ZimTarget } from './zim-target.js';

/** Offers `CallInviteService` to the whole application. */
@Module({})
export class ZimModule {
  static forRoot(target: ZimTarget): DynamicModule {
    return {
      module: ZimModule,
      imports: [ZimCallModule.forRoot({ ...target.options, isGlobal: true })],
      providers: [{ provide: ZimTarget, useValue: target }],
    };
  }
}
