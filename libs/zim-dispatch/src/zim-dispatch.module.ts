import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleAsyncOptions,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ZimConfigError } from 'nestjs-zim-call';
import { RINGING_CALLS, type RingingCalls } from './calls/ringing-calls.js';
import { ZimRingingCalls } from './calls/zim-ringing-calls.js';
import { BullmqDriver } from './drivers/bullmq-driver.js';
import { MemoryDriver } from './drivers/memory-driver.js';
import { PLAN_DRIVER, type PlanDriver } from './drivers/plan-driver.js';
import {
  DISPATCH_OPTIONS,
  dispatchDefaults,
  findOptionProblems,
  type ZimDispatchOptions,
} from './plan/dispatch-options.js';
import { DISPATCH_RUNTIME, type DispatchRuntime, systemRuntime } from './plan/dispatch-runtime.js';
import { RingDispatcher } from './ring-dispatcher.js';
import { CallWatcher } from './run/call-watcher.js';
import { RingHandlers } from './run/on-ring.js';
import { PlanRunner } from './run/plan-runner.js';
import { createPlanTelemetry, PLAN_TELEMETRY } from './telemetry/plan-telemetry.js';

/** Options that Nest needs before it creates providers. */
export interface ZimDispatchModuleExtras {
  /** Makes `RingDispatcher` available in every module of the application. Default: false. */
  readonly isGlobal?: boolean;
}

/** The argument of `ZimDispatchModule.forRoot()`. */
export interface ZimDispatchModuleOptions extends ZimDispatchOptions, ZimDispatchModuleExtras {}

/** A class that creates the options, for `useClass` and `useExisting`. */
export interface ZimDispatchOptionsFactory {
  createZimDispatchOptions(): ZimDispatchOptions | Promise<ZimDispatchOptions>;
}

/** The argument of `ZimDispatchModule.forRootAsync()`: `imports`, `inject`, and `useFactory`, `useClass` or `useExisting`. */
export interface ZimDispatchModuleAsyncOptions
  extends
    ConfigurableModuleAsyncOptions<ZimDispatchOptions, 'createZimDispatchOptions'>,
    ZimDispatchModuleExtras {}

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
    { provide: DISPATCH_OPTIONS, useFactory: checkOptions, inject: [MODULE_OPTIONS_TOKEN] },
    { provide: DISPATCH_RUNTIME, useValue: systemRuntime },
    { provide: RINGING_CALLS, useClass: ZimRingingCalls },
    { provide: PLAN_TELEMETRY, useFactory: createPlanTelemetry },
    { provide: PLAN_DRIVER, useFactory: openDriver, inject: [DISPATCH_OPTIONS, DISPATCH_RUNTIME] },
    RingHandlers,
    CallWatcher,
    PlanRunner,
    RingDispatcher,
  ],
  exports: [RingDispatcher],
})
export class ZimDispatchModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  /** @internal */
  constructor(
    @Inject(DISPATCH_OPTIONS) private readonly options: ZimDispatchOptions,
    @Inject(RINGING_CALLS) private readonly calls: RingingCalls,
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    private readonly runner: PlanRunner,
    private readonly watcher: CallWatcher,
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
   * @throws ZimConfigError at boot, if an option is wrong or nothing would report answers
   */
  static forRootAsync({ isGlobal, ...options }: ZimDispatchModuleAsyncOptions): DynamicModule {
    return complete(ConfigurableModuleClass.forRootAsync(options), isGlobal);
  }

  async onModuleInit(): Promise<void> {
    try {
      this.checkSources();
    } catch (error) {
      // An application that does not start closes nothing itself.
      await this.driver.stop([]);
      throw error;
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.driver.start((id) => this.runner.look(id));
  }

  /** Before ZimCallModule ends its calls, so that those under way here are stored. */
  async onModuleDestroy(): Promise<void> {
    const { ids } = this.watcher;
    this.watcher.close();
    await this.driver.stop(ids);
  }

  /** @throws ZimConfigError */
  private checkSources(): void {
    const { callbacks, clientReports } = this.calls.sources;
    const { trustWithdrawal = false, redisUrl } = this.options;
    if (!callbacks && !clientReports && !trustWithdrawal) {
      throw new ZimConfigError(
        'ZimDispatchModule would never learn who answers: give ZimCallModule callbacks: { path, secret }, or clientReports: true and record() what your clients report, or set trustWithdrawal: true',
      );
    }
    if (redisUrl !== undefined && !this.calls.sharesKeys) {
      throw new ZimConfigError(
        'redisUrl of ZimDispatchModule needs redisUrl of ZimCallModule: after a crash, another instance finds out by the idempotency keys in it whether a phone rings',
      );
    }
    const sources = Object.entries({ callbacks, clientReports, trustWithdrawal });
    const used = sources.filter(([, isUsed]) => isUsed).map(([name]) => name);
    const where = redisUrl === undefined ? 'in memory' : 'in Redis';
    new Logger('ZimDispatch').log(`Ring plans are kept ${where}; answers by ${used.join(', ')}`);
  }
}

function complete(definition: DynamicModule, isGlobal = false): DynamicModule {
  return { ...definition, module: ZimDispatchModule, global: isGlobal };
}

/** @throws ZimConfigError with all problems at once */
function checkOptions(options: ZimDispatchOptions): ZimDispatchOptions {
  const problems = findOptionProblems(options);
  if (problems.length === 0) return options;
  throw new ZimConfigError(`ZimDispatchModule is misconfigured: ${problems.join('; ')}`);
}

async function openDriver(
  { redisUrl, ...options }: ZimDispatchOptions,
  runtime: DispatchRuntime,
): Promise<PlanDriver> {
  const queueName = options.queueName ?? dispatchDefaults.queueName;
  const maxOpenPlans = options.maxOpenPlans ?? dispatchDefaults.maxOpenPlans;
  if (redisUrl === undefined) return new MemoryDriver(runtime, maxOpenPlans);
  return BullmqDriver.open({ redisUrl, queueName, maxOpenPlans }, runtime);
}
