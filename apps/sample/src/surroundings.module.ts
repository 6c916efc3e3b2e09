import { type DynamicModule, Module } from '@nestjs/common';
import { Environment } from './config/environment.js';
import type { Surroundings } from './surroundings.js';
import { ZimTarget } from './zim/zim-target.js';

/** Gives the {@link Surroundings} to every module. */
@Module({})
export class SurroundingsModule {
  static forRoot({ environment, target }: Surroundings): DynamicModule {
    return {
      module: SurroundingsModule,
      global: true,
      providers: [
        { provide: Environment, useValue: environment },
        { provide: ZimTarget, useValue: target },
      ],
      exports: [Environment, ZimTarget],
    };
  }
}
