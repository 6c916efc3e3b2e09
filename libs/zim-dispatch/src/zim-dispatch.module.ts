import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import {
  systemRuntime,
  validateInput,
  ZimConfigError,
  ZimInvalidRequestError,
  type ZimRuntime,
} from 'nestjs-zim-call';
import { RingingCalls } from './calls/ringing-calls.js';
import { MemoryDriver } from './drivers/memory-driver.js';
import { PLAN_DRIVER, type PlanDriver } from './drivers/plan-driver.js';
import { ZimDispatchOptions } from './plan/dispatch-options.js';
import { DISPATCH_RUNTIME } from './plan/timing.js';
import { RingDispatcher } from './ring-dispatcher.js';
import { RingHandlers } from './run/on-ring.js';
import { PlanRunner } from './run/plan-runner.js';
import { PlanTelemetry } from './telemetry/plan-telemetry.js';

/** Options that Nest needs before it creates providers. */
export interface ZimDispatchModuleExtras {
  /** Makes `RingDispatcher` available in every module of the application. Default: false. */
  readonly isGlobal?: boolean;
}

/** The argument of `ZimDispatchModule.forRoot()`. */
export type ZimDispatchModuleOptions = ZimDispatchOptions & ZimDispatchModuleExtras;

/** The argument of `ZimDispatchModule.forRootAsync()`; a class in it has `createZimDispatchOptions()`. */
export type ZimDispatchModuleAsyncOptions = ZimDispatchModuleExtras &
  ConfigurableModuleAsyncOptions<ZimDispatchOptions, 'createZimDispatchOptions'>;

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<ZimDispatchOptions>({ moduleName: 'ZimDispatch' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createZimDispatchOptions')
    .build();

/**
 * Rings phones by plans: provides {@link RingDispatcher}. The application also imports a ZimCallModule, whose calls
 * these are, in any of its modules.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: ZimDispatchOptions, useFactory: checkOptions, inject: [MODULE_OPTIONS_TOKEN] },
    { provide: DISPATCH_RUNTIME, useValue: systemRuntime },
    { provide: PlanTelemetry, useFactory: () => PlanTelemetry.load() },
    {
      provide: PLAN_DRIVER,
      useFactory: openDriver,
      inject: [ZimDispatchOptions, DISPATCH_RUNTIME],
    },
    RingingCalls,
    RingHandlers,
    PlanRunner,
    RingDispatcher,
  ],
  exports: [RingDispatcher],
})
export class ZimDispatchModule implements OnModuleInit {
  /** @internal */
  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    private readonly options: ZimDispatchOptions,
    private readonly calls: RingingCalls,
  ) {}

  /**
   * Returns a module whose options are known now.
   * @throws ZimConfigError at boot, if an option is wrong or nothing would report answers
   */
  static forRoot({ isGlobal, ...options }: ZimDispatchModuleOptions = {}): DynamicModule {
    return complete(ConfigurableModuleClass.forRoot(options), isGlobal);
  }

  /**
   * Returns a module whose options come from other providers. `isGlobal` stands beside the factory.
   * @throws ZimConfigError at boot, as {@link ZimDispatchModule.forRoot}
   */
  static forRootAsync({ isGlobal, ...options }: ZimDispatchModuleAsyncOptions): DynamicModule {
    return complete(ConfigurableModuleClass.forRootAsync(options), isGlobal);
  }

  /** @internal */
  async onModuleInit(): Promise<void> {
    try {
      this.checkSources();
    } catch (error) {
      // An application that does not start closes nothing itself.
      await this.driver.stop([]);
      throw error;
    }
  }

  private checkSources(): void {
    const { trustWithdrawal = false, redisUrl } = this.options;
    const sources = Object.entries({ ...this.calls.sources, trustWithdrawal });
    const used = sources.filter(([, isUsed]) => isUsed).map(([name]) => name);
    if (used.length === 0) {
      throw new ZimConfigError(
        'ZimDispatchModule would never learn who answers: give ZimCallModule callbacks: { path, secret }, or clientReports: true and record() what your clients report, or set trustWithdrawal: true',
      );
    }
    if (redisUrl !== undefined && !this.calls.sharesKeys) {
      throw new ZimConfigError(
        'redisUrl of ZimDispatchModule needs redisUrl of ZimCallModule: after a crash, another instance finds out by the idempotency keys in it whether a phone rings',
      );
    }
    const memory =
      'the memory of this process and end with it, and phones that ring then ring on; set redisUrl to keep them';
    const where = redisUrl === undefined ? memory : 'Redis';
    new Logger('ZimDispatch').log(`Answers come by ${used.join(', ')}. Plans are kept in ${where}`);
  }
}

function complete(definition: DynamicModule, isGlobal = false): DynamicModule {
  return { ...definition, module: ZimDispatchModule, global: isGlobal };
}

/** @throws ZimConfigError with all problems at once */
function checkOptions(options: unknown): ZimDispatchOptions {
  try {
    const checked = validateInput(ZimDispatchOptions, options);
    // May contain a password, and must not be printed with the services that hold the options.
    return Object.defineProperty(checked, 'redisUrl', { enumerable: false });
  } catch (error) {
    if (!(error instanceof ZimInvalidRequestError)) throw error;
    const problems = error.errors.map(({ message }) => message).join('; ');
    throw new ZimConfigError(`ZimDispatchModule is misconfigured: ${problems}`);
  }
}

async function openDriver(
  { redisUrl, zimCallName: name = 'default', maxOpenPlans = 10_000 }: ZimDispatchOptions,
  runtime: ZimRuntime,
): Promise<PlanDriver> {
  if (redisUrl === undefined) return new MemoryDriver(runtime, maxOpenPlans);
  const { BullmqDriver } = await importBullmqDriver();
  const driver = new BullmqDriver(redisUrl, `zim-dispatch:{${name}}`, maxOpenPlans, runtime);
  await driver.connected();
  return driver;
}

async function importBullmqDriver() {
  try {
    return await import('./drivers/bullmq-driver.js');
  } catch {
    throw new ZimConfigError(
      'redisUrl of ZimDispatchModule needs the packages bullmq and ioredis: npm install bullmq ioredis',
    );
  }
}
