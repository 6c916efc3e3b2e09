import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ZimConfigError } from '../errors/errors.js';
import type { AnyZimEvent } from './events.js';
import { zimCallsOf } from './on-zim-call.js';

type Handle = (event: AnyZimEvent) => unknown;

/** The methods that carry `@OnZimCall`, anywhere in the application. */
@Injectable()
export class CallbackHandlers implements OnModuleInit {
  private readonly handlers = new Map<string, Handle[]>();
  /** Private to the language: it leads to the options of every module, which no printed service may show. */
  readonly #discovery: DiscoveryService;
  /** One method that handles something, as it stands in the code. */
  anyHandler?: string;

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {
    this.#discovery = discovery;
  }

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const wrapper of [
      ...this.#discovery.getProviders(),
      ...this.#discovery.getControllers(),
    ]) {
      const instance: unknown = wrapper.instance;
      // Under two tokens, one provider is still one.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      this.register(instance, {
        name: String(wrapper.name),
        isSingle: wrapper.isDependencyTreeStatic() && !wrapper.isTransient,
      });
    }
  }

  /** Everything that handles an event, in no promised order. */
  for(event: AnyZimEvent): readonly Handle[] {
    const named = [event.event, '*'].flatMap((name) => this.handlers.get(name) ?? []);
    return [...new Set(named)];
  }

  private register(
    instance: object,
    provider: { readonly name: string; readonly isSingle: boolean },
  ): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    for (const method of this.scanner.getAllMethodNames(prototype)) {
      const handle: unknown = Reflect.get(prototype, method);
      const events = zimCallsOf(handle);
      if (typeof handle !== 'function' || events.length === 0) continue;
      const place = `@OnZimCall('${events.join()}') on ${provider.name}.${method}`;
      if (!provider.isSingle) {
        throw new ZimConfigError([
          `${place}: a callback belongs to no request and to no consumer, so its handler cannot be request-scoped or transient`,
        ]);
      }
      const bound: Handle = (zimEvent): unknown => Reflect.apply(handle, instance, [zimEvent]);
      this.anyHandler ??= place;
      for (const event of events) {
        this.handlers.set(event, [...(this.handlers.get(event) ?? []), bound]);
      }
    }
  }
}
