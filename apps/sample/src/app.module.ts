import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { ZimValidationPipe } from 'nestjs-zim-call';
import { CallbackLog } from './callbacks/callback-log.js';
import { CallsModule } from './calls/calls.module.js';
import { Environment } from './config/environment.js';
import { ShutdownGrace } from './http/connection-limits.js';
import { HealthController } from './health/health.controller.js';
import { HttpProblemFilter } from './problems/http-problem.filter.js';
import { SampleZimExceptionFilter } from './problems/sample-zim-exception.filter.js';
import { UsersModule } from './users/users.module.js';
import { ZimModule } from './zim/zim.module.js';

/** The sample backend: phones ring by `POST /calls`. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [Environment],
      useFactory: ({ THROTTLE_PER_SECOND }: Environment) => ({
        throttlers: [{ ttl: 1_000, limit: THROTTLE_PER_SECOND }],
        // One count for all routes; by default each route has its own.
        generateKey: (_context, client) => client,
        errorMessage: 'too many requests; see Retry-After',
      }),
    }),
    TerminusModule,
    ZimModule,
    CallsModule,
    UsersModule,
  ],
  controllers: [HealthController],
  providers: [
    ShutdownGrace,
    CallbackLog,
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_PIPE, useClass: ZimValidationPipe },
    // Nest asks the last filter first: the one for everything stands in front.
    { provide: APP_FILTER, useClass: HttpProblemFilter },
    { provide: APP_FILTER, useClass: SampleZimExceptionFilter },
  ],
})
export class AppModule {
  constructor({ API_KEYS }: Environment) {
    if (API_KEYS.length > 0) return;
    new Logger('Security').warn(
      'API_KEYS is not set: whoever reaches this port can ring phones. Set it before anybody else can.',
    );
  }

  /** @param providers what an entry point adds to the application */
  static forRoot(environment: Environment, providers: Provider[] = []): DynamicModule {
    return {
      module: AppModule,
      global: true,
      providers: [{ provide: Environment, useValue: environment }, ...providers],
      exports: [Environment],
    };
  }
}
