import type { Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ManualRuntime, RecordingLogger } from 'nestjs-zim-call/testing';
import { firstValueFrom, filter, skip } from 'rxjs';
import { RingingCalls } from '../calls/ringing-calls.js';
import type { ZimDispatchOptions } from '../plan/dispatch-options.js';
import { DISPATCH_RUNTIME } from '../plan/timing.js';
import type { RingEvent, RingEvents } from '../plan/ring-event.js';
import { ringInTurn, type RingPlanInput } from '../plan/ring-plan.dto.js';
import { RingDispatcher } from '../ring-dispatcher.js';
import { ZimDispatchModule } from '../zim-dispatch.module.js';
import { ScriptedCalls } from './scripted-calls.js';

/** The module as a user gets it, but with calls and a clock that the test holds. */
export class DispatchScene {
  readonly logger = new RecordingLogger();
  readonly calls = new ScriptedCalls();
  readonly runtime = new ManualRuntime();
  private started?: TestingModule;

  async start(options: ZimDispatchOptions = {}, providers: Provider[] = []): Promise<this> {
    this.started = await Test.createTestingModule({
      imports: [ZimDispatchModule.forRoot(options)],
      providers,
    })
      .overrideProvider(RingingCalls)
      .useValue(this.calls)
      .overrideProvider(DISPATCH_RUNTIME)
      .useValue(this.runtime)
      .compile();
    this.started.useLogger(this.logger);
    await this.started.init();
    return this;
  }

  get module(): TestingModule {
    if (this.started === undefined) throw new Error('the module has not started');
    return this.started;
  }

  get dispatcher(): RingDispatcher {
    return this.module.get(RingDispatcher);
  }

  /** Resolves with the n-th event of a type, from 1. */
  nth<T extends RingEvent['type']>(id: string, type: T, count = 1): Promise<RingEvents[T]> {
    const isWanted = (event: RingEvent): event is RingEvents[T] => event.type === type;
    return firstValueFrom(this.dispatcher.events(id).pipe(filter(isWanted), skip(count - 1)));
  }

  async close(): Promise<void> {
    await this.started?.close();
    this.started = undefined;
  }
}

/** Resolves when everything has run that waits for nothing but promises. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export function planFor(
  userIds: readonly string[],
  rest: Partial<RingPlanInput> = {},
): RingPlanInput {
  return { version: 1, fromUserId: 'alice', steps: ringInTurn(userIds), ...rest };
}
