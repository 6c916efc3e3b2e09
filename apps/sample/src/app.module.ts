import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { ZimCallModule, ZimValidationPipe } from 'nestjs-zim-call';
import { CallbackLog } from './callbacks/callback-log.js';
import { CallsModule } from './calls/calls.module.js';
import type { Environment } from './config/environment.js';
import { loadConfig } from './config/load-config.js';
import { zimOptions } from './config/zim-options.js';
import { HealthController } from './health/health.controller.js';
import { ShutdownGrace } from './http/connections.js';
import { ProblemFilter } from './http/problems.js';
import { RingsModule } from './rings/rings.module.js';
import { UsersModule } from './users/users.module.js';

/** The sample backend: `POST /calls` rings phones. */
@Module({
  imports: [
    ZimCallModule.forRootAsync({ isGlobal: true, inject: [ConfigService], useFactory: zimOptions }),
    ThrottlerModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService<Environment, true>) => ({
        throttlers: [{ ttl: 1_000, limit: config.get('THROTTLE_PER_SECOND', { infer: true }) }],
        // One count for all routes; by default each route has its own.
        generateKey: (_context, client) => client,
        errorMessage: 'too many requests; see Retry-After',
      }),
    }),
    TerminusModule,
    CallsModule,
    RingsModule,
    UsersModule,
  ],
  controllers: [HealthController],
  providers: [
    ShutdownGrace,
    CallbackLog,
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_PIPE, useClass: ZimValidationPipe },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
export class AppModule {
  /** @throws Error that names every variable that is wrong or missing */
  static async forRoot(): Promise<DynamicModule> {
    return { module: AppModule, imports: [await loadConfig()] };
  }
}
