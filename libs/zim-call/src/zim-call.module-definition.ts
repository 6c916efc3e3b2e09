import { ConfigurableModuleBuilder, type ConfigurableModuleAsyncOptions } from '@nestjs/common';
import type { ZimCallOptions } from './config/zim-call-options.js';

/** Options that Nest needs before it creates providers. */
export interface ZimCallModuleExtras {
  /** Distinguishes several modules in one application. Default: `default`. */
  readonly name?: string;
  /** Makes the services available in every module of the application. Default: false. */
  readonly isGlobal?: boolean;
}

/** The argument of `ZimCallModule.forRoot()`. */
export interface ZimCallModuleOptions extends ZimCallOptions, ZimCallModuleExtras {}

/** A class that creates the options, for `useClass` and `useExisting`. */
export interface ZimCallOptionsFactory {
  createZimCallOptions(): ZimCallOptions | Promise<ZimCallOptions>;
}

/** The argument of `ZimCallModule.forRootAsync()`: `imports`, `inject`, and `useFactory`, `useClass` or `useExisting`. */
export interface ZimCallModuleAsyncOptions
  extends
    ConfigurableModuleAsyncOptions<ZimCallOptions, 'createZimCallOptions'>,
    ZimCallModuleExtras {}

const builder = new ConfigurableModuleBuilder<ZimCallOptions>({ moduleName: 'ZimCall' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createZimCallOptions')
  .build();

export const ZimCallConfigurableModule = builder.ConfigurableModuleClass;

/** The token of the options as the user gave them. */
export const RAW_ZIM_CALL_OPTIONS = builder.MODULE_OPTIONS_TOKEN;
