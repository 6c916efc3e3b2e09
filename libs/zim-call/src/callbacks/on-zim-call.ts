import { Inject, Injectable, type OnModuleInit, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ZimConfigError } from '../errors/errors.js';
import type { AnyZimEvent, ZimCallEvents } from './events.js';

/** What a handler may ask for: one kind of event, or `'*'` for all, those of unknown kinds included. */
export type ZimEventName = keyof ZimCallEvents | '*';

/** The event a handler of that name gets. */
export type ZimEventOf<E extends ZimEventName> = E extends keyof ZimCallEvents
  ? ZimCallEvents[E]
  : AnyZimEvent;

const onZimCallKey = 'nestjs-zim-call.on';

/**
 * Calls the method with each verified event of a kind; a method may name several. Any provider or controller
 * may have any number of them, but for those that are request-scoped or transient.
 *
 * ZIM delivers at least once: an event whose handlers have all succeeded is not offered again, but if one
 * of them throws, ZIM is answered 5xx, comes back after 2, 4, 8, 16 and 32 s, and **all** handlers of the
 * event run again. Let them tolerate that, and return within 25 s: after that, another instance may begin, as if this
 * one had died.
 */
export function OnZimCall<E extends ZimEventName>(
  event: E,
): <Handler extends (event: ZimEventOf<E>) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return (target, name, descriptor) => {
    const events = [...eventsOf(descriptor.value), event];
    SetMetadata(onZimCallKey, events)(target, name, descriptor);
  };
}

function eventsOf(method: unknown): readonly string[] {
  const events: unknown =
    typeof method === 'function' && Reflect.getOwnMetadata(onZimCallKey, method);
  return Array.isArray(events) ? events.map(String) : [];
}

type Handle = (event: AnyZimEvent) => unknown;

/** Finds the methods that carry `@OnZimCall`, anywhere in the application. */
@Injectable()
export class CallbackHandlers implements OnModuleInit {
  anyHandler?: string;
  private readonly handlers = new Map<string, Handle[]>();
  /** A function, so that this provider can be printed without the options of every module. */
  private readonly wrappers: () => ReturnType<DiscoveryService['getProviders']>;

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {
    this.wrappers = () => [...discovery.getProviders(), ...discovery.getControllers()];
  }

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const wrapper of this.wrappers()) {
      const instance: unknown = wrapper.instance;
      // One provider may have two tokens.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      const isSingle = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      this.register(instance, String(wrapper.name), isSingle);
    }
  }

  for(event: AnyZimEvent): readonly Handle[] {
    const named = [event.event, '*'].flatMap((name) => this.handlers.get(name) ?? []);
    return [...new Set(named)];
  }

  private register(instance: object, provider: string, isSingle: boolean): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    for (const method of this.scanner.getAllMethodNames(prototype)) {
      const handle: unknown = Reflect.get(prototype, method);
      const events = eventsOf(handle);
      if (typeof handle !== 'function' || events.length === 0) continue;
      const place = `@OnZimCall('${events.join()}') on ${provider}.${method}`;
      if (!isSingle) {
        throw new ZimConfigError([
          `${place}: a callback belongs to no request and to no consumer, so its handler cannot be request-scoped or transient`,
        ]);
      }
      const bound: Handle = (event): unknown => Reflect.apply(handle, instance, [event]);
      this.anyHandler ??= place;
      for (const event of events) {
        this.handlers.set(event, [...(this.handlers.get(event) ?? []), bound]);
      }
    }
  }
}
