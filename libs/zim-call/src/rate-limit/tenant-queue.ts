import type { PermitRequest } from './permit.js';

/**
 * Round robin over tenants, one call each, however many each has waiting. Of one tenant, the call with the earliest
 * deadline goes first.
 */
export class TenantQueue<T extends PermitRequest> {
  /** In the order in which the tenants are served; the calls of each by deadline, then as they came. */
  private readonly tenants = new Map<string, T[]>();
  size = 0;

  add(call: T): void {
    const calls = this.tenants.get(call.tenant) ?? [];
    this.tenants.set(call.tenant, calls);
    calls.splice(indexAfter(calls, call.leaveByMs), 0, call);
    this.size++;
  }

  takeNext(): T | undefined {
    for (const [tenant, calls] of this.tenants) {
      const call = calls.shift();
      this.tenants.delete(tenant);
      if (calls.length > 0) this.tenants.set(tenant, calls);
      this.size--;
      return call;
    }
    return undefined;
  }

  /** Returns whether the call was in the queue. */
  remove(call: T): boolean {
    const calls = this.tenants.get(call.tenant) ?? [];
    const index = calls.lastIndexOf(call, indexAfter(calls, call.leaveByMs));
    if (index === -1) return false;
    calls.splice(index, 1);
    if (calls.length === 0) this.tenants.delete(call.tenant);
    this.size--;
    return true;
  }

  firstCalls(): T[] {
    return [...this.tenants.values()].flatMap((calls) => calls[0] ?? []);
  }

  /** How many calls leave before a new one of this tenant, at most. */
  countBefore(tenant: string, leaveByMs: number): number {
    const own = indexAfter(this.tenants.get(tenant) ?? [], leaveByMs);
    const tenants = this.tenants.size + (this.tenants.has(tenant) ? 0 : 1);
    return Math.min(this.size, (own + 1) * tenants - 1);
  }
}

/** Returns the index of the first call with a later deadline, by a binary search. */
function indexAfter(calls: readonly PermitRequest[], leaveByMs: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calls[middle]?.leaveByMs ?? Infinity) > leaveByMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
