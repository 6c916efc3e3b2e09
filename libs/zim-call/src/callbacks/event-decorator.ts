import { SetMetadata } from '@nestjs/common';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ZimConfigError } from '../errors/errors.js';

/** A method of the application that handles events. */
export interface EventHandler {
  /** The decorator and the method, for messages. */
  readonly place: string;
  /** Calls the method. Rejects if it throws, or rejects. */
  handle(...args: readonly unknown[]): Promise<void>;
  /** Whether the method has named this kind of event, or all by `'*'`. */
  handles(event: string): boolean;
}

/**
 * A decorator by which methods name the events that they handle, such as `@OnZimCall`. For packages that build on this
 * one.
 */
export class EventDecorator {
  private readonly key: string;

  /** @param name - of the decorator, without `@` */
  constructor(private readonly name: string) {
    this.key = `nestjs-zim-call.${name}`;
  }

  /** Returns the decorator that adds a kind of event to those that a method has named. */
  naming(event: string) {
    return (target: object, method: string | symbol, descriptor: PropertyDescriptor): void => {
      const events = [...this.eventsOf(descriptor.value), event];
      SetMetadata(this.key, events)(target, method, descriptor);
    };
  }

  /**
   * Finds the methods of the application that carry the decorator.
   * @throws ZimConfigError if one belongs to a request-scoped or transient provider
   */
  find(discovery: DiscoveryService, scanner: MetadataScanner): readonly EventHandler[] {
    const handlers: EventHandler[] = [];
    const seen = new Set<unknown>();
    for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
      const instance: unknown = wrapper.instance;
      // One provider may have two tokens.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      const prototype = Reflect.getPrototypeOf(instance) ?? {};
      for (const name of scanner.getAllMethodNames(prototype)) {
        const method: unknown = Reflect.get(prototype, name);
        const events = this.eventsOf(method);
        if (typeof method !== 'function' || events.length === 0) continue;
        const place = `@${this.name}('${events.join()}') on ${String(wrapper.name)}.${name}`;
        if (!wrapper.isDependencyTreeStatic() || wrapper.isTransient) {
          throw new ZimConfigError(
            `${place}: an event belongs to no request and to no consumer, so its handler cannot be request-scoped or transient`,
          );
        }
        handlers.push({
          place,
          handle: async (...args) => {
            await Reflect.apply(method, instance, args);
          },
          handles: (event) => events.includes(event) || events.includes('*'),
        });
      }
    }
    return handlers;
  }

  private eventsOf(method: unknown): readonly string[] {
    const events: unknown =
      typeof method === 'function' && Reflect.getOwnMetadata(this.key, method);
    return Array.isArray(events) ? events.map(String) : [];
  }
}
