import type { PermitRequest } from './permit.js';

/**
 * Round robin over tenants, one call each, however many each has waiting. Of one tenant, the call with the earliest
 * deadline goes first.
 */
export class TenantQueue<T extends PermitRequest> {
  /** In the order in which the tenants are served; the calls of each by deadline, then as they came. */
  private readonly tenants = new Map<string, T[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(call: T): void {
    const calls = this.tenants.get(call.tenant);
    if (calls === undefined) this.tenants.set(call.tenant, [call]);
    else
      calls.splice(
        firstIndex(calls, ({ leaveByMs }) => leaveByMs > call.leaveByMs),
        0,
        call,
      );
    this.count++;
  }

  takeNext(): T | undefined {
    for (const [tenant, calls] of this.tenants) {
      const call = calls.shift();
      this.tenants.delete(tenant);
      if (calls.length > 0) this.tenants.set(tenant, calls);
      this.count--;
      return call;
    }
    return undefined;
  }

  /** Returns whether the call was in the queue. */
  remove(call: T): boolean {
    const calls = this.tenants.get(call.tenant) ?? [];
    const start = firstIndex(calls, ({ leaveByMs }) => leaveByMs >= call.leaveByMs);
    const index = calls.indexOf(call, start);
    if (index === -1) return false;
    calls.splice(index, 1);
    if (calls.length === 0) this.tenants.delete(call.tenant);
    this.count--;
    return true;
  }

  /** The call of each tenant that has to leave first. */
  firstCalls(): T[] {
    return [...this.tenants.values()].flatMap((calls) => calls[0] ?? []);
  }

  /** How many calls leave before a new one of this tenant, at most. */
  countBefore(tenant: string, leaveByMs: number): number {
    const own = firstIndex(this.tenants.get(tenant) ?? [], (call) => call.leaveByMs > leaveByMs);
    const tenants = this.tenants.size + (this.tenants.has(tenant) ? 0 : 1);
    return Math.min(this.count, (own + 1) * tenants - 1);
  }
}

/** Searches an array in which all items after the first match match, too. */
function firstIndex<T>(items: readonly T[], matches: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item === undefined || matches(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
