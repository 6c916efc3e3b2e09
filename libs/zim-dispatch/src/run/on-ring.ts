import { Inject, Injectable, Logger, type OnModuleInit, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ZimConfigError } from 'nestjs-zim-call';
import type { StoredPlan } from '../drivers/plan-driver.js';
import type { RingEvent, RingEvents } from '../plan/ring-event.js';

/** What a handler may ask for: one kind of event of plans, or `'*'` for all. */
export type RingEventName = keyof RingEvents | '*';

/** The event that a handler of that name gets. */
export type RingEventOf<E extends RingEventName> = E extends keyof RingEvents
  ? RingEvents[E]
  : RingEvent;

const onRingKey = 'nestjs-zim-dispatch.on';

/**
 * Calls the method with the id of a plan and each of its events of a kind; a method may name several. Any provider or
 * controller may have any number of them, but for those that are request-scoped or transient.
 *
 * `ended` arrives at least once, on one instance: if a handler throws, **all** handlers of the end run again after 1, 2,
 * 4 and 8 s, or on another instance if this one dies. Other events arrive once, on the instance that stored them, and are
 * lost with it; an error is logged.
 */
export function OnRing<E extends RingEventName>(
  event: E,
): <Handler extends (id: string, event: RingEventOf<E>) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return (target, name, descriptor) => {
    const events = [...eventsOf(descriptor.value), event];
    SetMetadata(onRingKey, events)(target, name, descriptor);
  };
}

function eventsOf(method: unknown): readonly string[] {
  const events: unknown = typeof method === 'function' && Reflect.getOwnMetadata(onRingKey, method);
  return Array.isArray(events) ? events.map(String) : [];
}

type Handle = (id: string, event: RingEvent) => unknown;

/** Finds the methods that carry `@OnRing`, anywhere in the application, and calls them. */
@Injectable()
export class RingHandlers implements OnModuleInit {
  private readonly logger = new Logger('ZimDispatch');
  private readonly handlers = new Map<string, Handle[]>();

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      // One provider may have two tokens.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      const isSingle = wrapper.isDependencyTreeStatic() && !wrapper.isTransient;
      this.register(instance, String(wrapper.name), isSingle);
    }
  }

  /** Calls the handlers of an event, but for those of the end, and does not wait for them. */
  emit(id: string, event: RingEvent): void {
    if (event.type === 'ended') return;
    for (const handle of this.for(event)) {
      void this.call(handle, id, event);
    }
  }

  /** Calls the handlers of a plan's end. Resolves with whether all have succeeded. */
  async reportEnd({ record, history }: StoredPlan): Promise<boolean> {
    const ended = history.find((event) => event.type === 'ended');
    if (ended === undefined) return true;
    const results = this.for(ended).map((handle) => this.call(handle, record.id, ended));
    return (await Promise.all(results)).every((isDone) => isDone);
  }

  private async call(handle: Handle, id: string, event: RingEvent): Promise<boolean> {
    try {
      await handle(id, event);
      return true;
    } catch (error) {
      this.logger.error(
        `A handler of @OnRing('${event.type}') failed for plan ${id}: ${String(error)}`,
      );
      return false;
    }
  }

  private for({ type }: RingEvent): readonly Handle[] {
    return [...new Set([type, '*'].flatMap((name) => this.handlers.get(name) ?? []))];
  }

  private register(instance: object, provider: string, isSingle: boolean): void {
    const prototype: unknown = Object.getPrototypeOf(instance);
    if (typeof prototype !== 'object' || prototype === null) return;
    for (const method of this.scanner.getAllMethodNames(prototype)) {
      const handle: unknown = Reflect.get(prototype, method);
      const events = eventsOf(handle);
      if (typeof handle !== 'function' || events.length === 0) continue;
      if (!isSingle) {
        throw new ZimConfigError(
          `@OnRing('${events.join()}') on ${provider}.${method}: a plan belongs to no request and to no consumer, so its handler cannot be request-scoped or transient`,
        );
      }
      const bound: Handle = (id, event): unknown => Reflect.apply(handle, instance, [id, event]);
      for (const event of events) {
        this.handlers.set(event, [...(this.handlers.get(event) ?? []), bound]);
      }
    }
  }
}
