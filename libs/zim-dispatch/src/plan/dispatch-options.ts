import 'reflect-metadata';
import { IsBoolean, IsOptional, IsString, Matches } from 'class-validator';
import { IsOptionalWholeNumber } from 'nestjs-zim-call';

/** The options of the module. They are checked at boot. */
export class ZimDispatchOptions {
  /** The `name` of the ZimCallModule whose phones ring. Default: the one without a name. */
  @IsString({ message: '$property must be text' })
  @IsOptional()
  readonly zimCallName?: string | undefined;

  /**
   * Whether the codes count by which ZIM refuses to withdraw a callee's call, which no page of the vendor states for
   * this purpose: 660900006 as a timeout; 660900005 and 660900008 as having **accepted**, if within 70 s neither a
   * callback nor a client reports otherwise. A module without callbacks and client reports needs it. Default: false, such
   * codes wait for a report, and without one the outcome is unknown.
   *
   * That ZIM takes a withdrawal (`Code` 0) always counts: the phone does not ring any more.
   */
  @IsBoolean({ message: '$property must be true or false' })
  @IsOptional()
  readonly trustWithdrawal?: boolean | undefined;

  /**
   * A Redis in which plans are kept and by which all instances share them, such as `redis://127.0.0.1:6379` or
   * `rediss://…`. Needs the packages `bullmq` and `ioredis`, and a ZimCallModule with `redisUrl`. Instances with the same
   * `zimCallName` share their plans: give each backend a database of its own, such as `redis://127.0.0.1:6379/1`.
   * Default: plans are kept in the memory of this process and end with it.
   */
  @Matches(/^rediss?:\/\/./, {
    message: '$property must be the URL of a Redis, such as redis://127.0.0.1:6379',
  })
  @IsOptional()
  readonly redisUrl?: string | undefined;

  /** The plans that may be open at a time, over all instances, 1 to 1000000; `ring()` refuses more. Default: 10000. */
  @IsOptionalWholeNumber(1, 1_000_000)
  readonly maxOpenPlans?: number | undefined;
}
