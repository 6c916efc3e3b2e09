interface TenantCall {
  readonly tenant: string;
  readonly leaveByMs: number;
}

/**
 * Round robin over tenants, one call each, however many each has waiting. Of one tenant, the call with the earliest
 * deadline goes first.
 */
export class TenantQueue<T extends TenantCall> {
  /** In the order in which the tenants are served. */
  private readonly tenants = new Map<string, DeadlineQueue<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(call: T): void {
    let queue = this.tenants.get(call.tenant);
    if (queue === undefined) {
      queue = new DeadlineQueue<T>();
      this.tenants.set(call.tenant, queue);
    }
    queue.add(call);
    this.count++;
  }

  takeNext(): T | undefined {
    for (const [tenant, queue] of this.tenants) {
      const call = queue.takeFirst();
      this.tenants.delete(tenant);
      if (queue.size > 0) this.tenants.set(tenant, queue);
      this.count--;
      return call;
    }
    return undefined;
  }

  /** Returns whether the call was in the queue. */
  remove(call: T): boolean {
    const queue = this.tenants.get(call.tenant);
    if (queue?.remove(call) !== true) return false;
    if (queue.size === 0) this.tenants.delete(call.tenant);
    this.count--;
    return true;
  }

  /** The call of each tenant that has to leave first. */
  firstCalls(): T[] {
    return [...this.tenants.values()].flatMap(({ first }) => first ?? []);
  }

  /** How many calls leave before a new one of this tenant, at most. */
  countBefore(tenant: string, leaveByMs: number): number {
    const queue = this.tenants.get(tenant);
    const own = queue?.countBefore(leaveByMs) ?? 0;
    const tenants = this.tenants.size + (queue === undefined ? 1 : 0);
    return Math.min(this.count, (own + 1) * tenants - 1);
  }
}

/** Calls in the order of their deadlines; of one deadline, in the order in which they came. */
class DeadlineQueue<T extends TenantCall> {
  private readonly calls: T[] = [];

  get size(): number {
    return this.calls.length;
  }

  get first(): T | undefined {
    return this.calls[0];
  }

  add(call: T): void {
    this.calls.splice(this.countBefore(call.leaveByMs), 0, call);
  }

  takeFirst(): T | undefined {
    return this.calls.shift();
  }

  /** Returns whether the call was in the queue. */
  remove(call: T): boolean {
    const index = this.calls.indexOf(
      call,
      this.countWhere((ms) => ms < call.leaveByMs),
    );
    if (index === -1) return false;
    this.calls.splice(index, 1);
    return true;
  }

  countBefore(leaveByMs: number): number {
    return this.countWhere((ms) => ms <= leaveByMs);
  }

  /** Searches for the first call whose time does not fulfil a condition that all earlier times fulfil. */
  private countWhere(isBefore: (leaveByMs: number) => boolean): number {
    let low = 0;
    let high = this.calls.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const call = this.calls[middle];
      if (call !== undefined && isBefore(call.leaveByMs)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
