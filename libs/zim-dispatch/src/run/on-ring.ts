import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { EventDecorator, type EventHandler } from 'nestjs-zim-call';
import type { RingEvent, RingEvents } from '../plan/ring-event.js';

/** What a handler may ask for: one kind of event of plans, or `'*'` for all. */
export type RingEventName = keyof RingEvents | '*';

/** The event that a handler of that name gets. */
export type RingEventOf<E extends RingEventName> = E extends keyof RingEvents
  ? RingEvents[E]
  : RingEvent;

const onRing = new EventDecorator('OnRing');

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
  return onRing.naming(event);
}

/** Calls the methods that carry `@OnRing`, anywhere in the application. */
@Injectable()
export class RingHandlers implements OnModuleInit {
  private readonly logger = new Logger('ZimDispatch');
  private handlers: readonly EventHandler[] = [];
  /** A function, so that this provider can be printed without the options of every module. */
  private readonly find: () => readonly EventHandler[];

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) scanner: MetadataScanner,
  ) {
    this.find = () => onRing.find(discovery, scanner);
  }

  onModuleInit(): void {
    this.handlers = this.find();
  }

  /** Calls the handlers of an event. Resolves with whether all have succeeded; never rejects. */
  async call(id: string, event: RingEvent): Promise<boolean> {
    const runs = this.handlers
      .filter((handler) => handler.handles(event.type))
      .map((handler) => handler.handle(id, event));
    const results = await Promise.allSettled(runs);
    const failed = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failed) {
      const handler = `A handler of @OnRing('${event.type}')`;
      this.logger.error(`${handler} failed for plan ${id}: ${String(reason)}`);
    }
    return failed.length === 0;
  }
}
