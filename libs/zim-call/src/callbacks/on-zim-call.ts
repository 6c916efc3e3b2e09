import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { EventDecorator, type EventHandler } from './event-decorator.js';
import type { AnyZimEvent, ZimCallEvents } from './events.js';

/** What a handler may ask for: one kind of event, or `'*'` for all, those of unknown kinds included. */
export type ZimEventName = keyof ZimCallEvents | '*';

/** The event a handler of that name gets. */
export type ZimEventOf<E extends ZimEventName> = E extends keyof ZimCallEvents
  ? ZimCallEvents[E]
  : AnyZimEvent;

const onZimCall = new EventDecorator('OnZimCall');

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
  return onZimCall.naming(event);
}

/** The methods that carry `@OnZimCall`, anywhere in the application. */
@Injectable()
export class CallbackHandlers implements OnModuleInit {
  private handlers: readonly EventHandler[] = [];
  /** A function, so that this provider can be printed without the options of every module. */
  private readonly find: () => readonly EventHandler[];

  constructor(
    @Inject(DiscoveryService) discovery: DiscoveryService,
    @Inject(MetadataScanner) scanner: MetadataScanner,
  ) {
    this.find = () => onZimCall.find(discovery, scanner);
  }

  onModuleInit(): void {
    this.handlers = this.find();
  }

  get first(): EventHandler | undefined {
    return this.handlers[0];
  }

  for({ event }: AnyZimEvent): readonly EventHandler[] {
    return this.handlers.filter((handler) => handler.handles(event));
  }
}
