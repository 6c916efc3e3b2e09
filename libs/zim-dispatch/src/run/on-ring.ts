import { Inject, Injectable, Logger, type OnModuleInit, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ZimConfigError } from 'nestjs-zim-call';
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
    SetMetadata(onRingKey, [...namesOf(descriptor.value), event])(target, name, descriptor);
  };
}

function namesOf(method: unknown): readonly string[] {
  const names: unknown = typeof method === 'function' && Reflect.getOwnMetadata(onRingKey, method);
  return Array.isArray(names) ? names.map(String) : [];
}

interface Handler {
  readonly names: readonly string[];
  readonly handle: (id: string, event: RingEvent) => unknown;
}

/** Finds the methods that carry `@OnRing`, anywhere in the application, and calls them. */
@Injectable()
export class RingHandlers implements OnModuleInit {
  private readonly logger = new Logger('ZimDispatch');
  private readonly handlers: Handler[] = [];

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
      const prototype = Reflect.getPrototypeOf(instance) ?? {};
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handle: unknown = Reflect.get(prototype, method);
        const names = namesOf(handle);
        if (typeof handle !== 'function' || names.length === 0) continue;
        if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
          const place = `@OnRing('${names.join()}') on ${String(wrapper.name)}.${method}`;
          const reason = 'a plan belongs to no request and to no consumer';
          const rule = 'so its handler cannot be request-scoped or transient';
          throw new ZimConfigError(`${place}: ${reason}, ${rule}`);
        }
        this.handlers.push({
          names,
          handle: (...args): unknown => Reflect.apply(handle, instance, args),
        });
      }
    }
  }

  /** Calls the handlers of an event. Resolves with whether all have succeeded; never rejects. */
  async call(id: string, event: RingEvent): Promise<boolean> {
    const isWanted = (name: string) => name === event.type || name === '*';
    const handlers = this.handlers.filter(({ names }) => names.some(isWanted));
    const call = async ({ handle }: Handler) => {
      await handle(id, event);
    };
    const results = await Promise.allSettled(handlers.map(call));
    const failed = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failed) {
      const handler = `A handler of @OnRing('${event.type}')`;
      this.logger.error(`${handler} failed for plan ${id}: ${String(reason)}`);
    }
    return failed.length === 0;
  }
}
