import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ZimConfigError } from '../errors/errors.js';
import type { AnyZimEvent } from './events.js';
import { onZimCallKey } from './on-zim-call.js';

type Handle = (event: AnyZimEvent) => unknown;

/** The methods that carry `@OnZimCall`, anywhere in the application. */
@Injectable()
export class CallbackHandlers implements OnModuleInit {
  private readonly handlers = new Map<string, Handle[]>();

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      // Under two tokens, one provider is still one.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      this.register(instance, {
        name: String(wrapper.name),
        isStatic: wrapper.isDependencyTreeStatic(),
      });
    }
  }

  /** Everything that handles an event, in no promised order. */
  for(event: AnyZimEvent): readonly Handle[] {
    return [...(this.handlers.get(event.event) ?? []), ...(this.handlers.get('*') ?? [])];
  }

  private register(
    instance: object,
    provider: { readonly name: string; readonly isStatic: boolean },
  ): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    for (const method of this.scanner.getAllMethodNames(prototype)) {
      const handle: unknown = Reflect.get(prototype, method);
      if (typeof handle !== 'function') continue;
      const event = this.reflector.get<string | undefined>(onZimCallKey, handle);
      if (event === undefined) continue;
      if (!provider.isStatic) {
        throw new ZimConfigError([
          `@OnZimCall('${event}') on ${provider.name}.${method}: a callback belongs to no request, so its handler cannot be request-scoped`,
        ]);
      }
      const handlers = this.handlers.get(event) ?? [];
      handlers.push((zimEvent): unknown => Reflect.apply(handle, instance, [zimEvent]));
      this.handlers.set(event, handlers);
    }
  }
}
