import { SetMetadata } from '@nestjs/common';
import type { AnyZimEvent, ZimCallEvents } from './events.js';

/** What a handler may ask for: one kind of event, or `'*'` for all, those of unknown kinds included. */
export type ZimEventName = keyof ZimCallEvents | '*';

/** The event a handler of that name gets. */
export type ZimEventOf<E extends ZimEventName> = E extends keyof ZimCallEvents
  ? ZimCallEvents[E]
  : AnyZimEvent;

/** The metadata key under which a method says what it handles. */
export const onZimCallKey = 'nestjs-zim-call.on';

/**
 * Calls the method with each verified event of a kind. Any provider or controller may have any number of
 * them.
 *
 * ZIM delivers at least once: an event whose handlers have all succeeded is not offered again, but if one
 * of them throws, ZIM is answered 5xx, comes back after 2, 4, 8, 16 and 32 s, and **all** handlers of the
 * event run again. Let them tolerate that.
 */
export function OnZimCall<E extends ZimEventName>(
  event: E,
): <Handler extends (event: ZimEventOf<E>) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return (target, name, descriptor) => {
    SetMetadata(onZimCallKey, event)(target, name, descriptor);
  };
}
