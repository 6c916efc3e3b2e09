import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type DuplicateMemory, LocalDuplicateMemory } from '../callbacks/duplicate-memory.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../client/runtime.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { type CallStore, LocalCallStore } from '../outcome/call-store.js';
import { RedisCallStore } from './redis-call-store.js';
import { RedisDuplicateMemory } from './redis-duplicate-memory.js';
import { RedisLink } from './redis-link.js';

/** What a backend remembers of callbacks and calls: in this process, or in a Redis its instances share. */
@Injectable()
export class SharedMemory implements OnApplicationShutdown {
  private constructor(
    readonly duplicates: DuplicateMemory,
    readonly calls: CallStore,
    private readonly links: readonly RedisLink[],
  ) {}

  static async open(
    { appId, redisUrl, callbacks }: ResolvedZimCallOptions,
    runtime: ZimRuntime,
  ): Promise<SharedMemory> {
    const duplicates = new LocalDuplicateMemory(runtime);
    const calls = new LocalCallStore(runtime);
    if (redisUrl === undefined || callbacks === undefined) {
      return new SharedMemory(duplicates, calls, []);
    }
    const [link, subscriber] = [await RedisLink.open(redisUrl), await RedisLink.open(redisUrl)];
    // The braces keep an app's keys on one node of a cluster.
    const prefix = `zim-call:{${appId}}:`;
    return new SharedMemory(
      new RedisDuplicateMemory(link, duplicates, `${prefix}callback:`),
      new RedisCallStore(link, subscriber, calls, prefix),
      [link, subscriber],
    );
  }

  onApplicationShutdown(): void {
    for (const link of this.links) link.close();
  }
}

/** Provides {@link SharedMemory}. */
export const sharedMemoryProvider = {
  provide: SharedMemory,
  inject: [RESOLVED_ZIM_CALL_OPTIONS, ZIM_RUNTIME],
  useFactory: (options: ResolvedZimCallOptions, runtime: ZimRuntime): Promise<SharedMemory> =>
    SharedMemory.open(options, runtime),
};
