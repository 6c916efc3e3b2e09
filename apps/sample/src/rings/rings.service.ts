import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import { ZimCallNotFoundError } from 'nestjs-zim-call';
import {
  OnRing,
  RingDispatcher,
  type RingEvent,
  type RingEvents,
  type RingPlanInput,
  type RingStatus,
} from 'nestjs-zim-dispatch';
import type { Observable } from 'rxjs';

/** Add your own rules here: who may start a plan, and what follows a plan that ends without an answer. */
@Injectable()
export class RingsService {
  private readonly logger = new Logger('Rings');

  constructor(private readonly dispatcher: RingDispatcher) {}

  /** Starts a plan and returns its id, before any phone rings. */
  async start(plan: RingPlanInput, idempotencyKey?: string): Promise<string> {
    const id = await this.dispatcher.ring({ ...plan, idempotencyKey });
    this.logger.log('a ring plan is open', { id, steps: plan.steps.length });
    return id;
  }

  /** @throws NotFoundException if neither this instance nor one that shares its Redis knows the plan */
  async status(id: string): Promise<RingStatus> {
    try {
      return await this.dispatcher.status(id);
    } catch (error) {
      if (!(error instanceof ZimCallNotFoundError)) throw error;
      throw new NotFoundException('the ring plan is unknown; ended plans are kept for an hour');
    }
  }

  /** @throws NotFoundException as `status()`, before the stream begins */
  async events(id: string): Promise<Observable<RingEvent>> {
    await this.status(id);
    return this.dispatcher.events(id);
  }

  /**
   * Stops a plan, and returns how it stands: the phones that ring are withdrawn a moment later.
   * @throws NotFoundException as `status()`
   */
  async cancel(id: string): Promise<RingStatus> {
    await this.status(id);
    await this.dispatcher.cancel(id);
    return this.status(id);
  }

  /** Runs on one instance, at least once. */
  @OnRing('ended')
  onEnd(id: string, { result: { result, acceptedBy, callId } }: RingEvents['ended']): void {
    this.logger.log('a ring plan has ended', { id, result, acceptedBy, callId });
  }
}
