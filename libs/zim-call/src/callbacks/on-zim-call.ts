import { SetMetadata } from '@nestjs/common';
import type { AnyZimEvent, ZimCallEvents } from './events.js';

/** What a handler may ask for: one kind of event, or `'*'` for all, those of unknown kinds included. */
export type ZimEventName = keyof ZimCallEvents | '*';

/** The event a handler of that name gets. */
export type ZimEventOf<E extends ZimEventName> = E extends keyof ZimCallEvents
  ? ZimCallEvents[E]
  : AnyZimEvent;

const onZimCallKey = 'nestjs-zim-call.on';

/** What a method says it handles. */
export function zimCallsOf(method: unknown): readonly string[] {
  const events: unknown = typeof method === 'function' && Reflect.getMetadata(onZimCallKey, method);
  return Array.isArray(events) ? events.map(String) : [];
}

/**
 * Calls the method with each verified event of a kind; a method may name several. Any provider or controller
 * may have any number of them, but for those that are request-scoped or transient.
 *
 * ZIM delivers at least once: an event whose handlers have all succeeded is not offered again, but if one
 * of them throws, ZIM is answered 5xx, comes back after 2, 4, 8, 16 and 32 s, and **all** handlers of the
 * event run again. Let them tolerate that, and return within 25 s: whoever has not by then is taken for dead, and
 * another instance may begin.
 */
export function OnZimCall<E extends ZimEventName>(
  event: E,
): <Handler extends (event: ZimEventOf<E>) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return (target, name, descriptor) => {
    const events = [...zimCallsOf(descriptor.value), event];
    SetMetadata(onZimCallKey, events)(target, name, descriptor);
  };
}
