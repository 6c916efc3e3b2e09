import { ConfigurableModuleBuilder, type ConfigurableModuleAsyncOptions } from '@nestjs/common';
import type { ZimCallOptions } from './config/zim-call-options.js';

/** What must be known before the options are. */
export interface ZimCallModuleExtras {
  /** Tells several clients in one application apart. Default: `default`. */
  readonly name?: string;
  /** Offers the client to every module of the application. Default: false. */
  readonly isGlobal?: boolean;
}

/** The argument of `ZimCallModule.forRoot()`. */
export interface ZimCallModuleOptions extends ZimCallOptions, ZimCallModuleExtras {}

/** A class that gives the options, for `useClass` and `useExisting`. */
export interface ZimCallOptionsFactory {
  createZimCallOptions(): ZimCallOptions | Promise<ZimCallOptions>;
}

/** The argument of `ZimCallModule.forRootAsync()`: `imports`, `inject`, and one of `useFactory`, `useClass`, `useExisting`. */
export interface ZimCallModuleAsyncOptions
  extends
    ConfigurableModuleAsyncOptions<ZimCallOptions, 'createZimCallOptions'>,
    ZimCallModuleExtras {}

const builder = new ConfigurableModuleBuilder<ZimCallOptions>({ moduleName: 'ZimCall' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createZimCallOptions')
  .build();

/** Gives `forRoot` and `forRootAsync` that provide the raw options. */
export const ZimCallConfigurableModule = builder.ConfigurableModuleClass;

/** The token of the options as the user gave them. */
export const RAW_ZIM_CALL_OPTIONS = builder.MODULE_OPTIONS_TOKEN;
