import { DeadlineOrder, type Perishable } from './deadline-order.js';

interface TenantsOwn extends Perishable {
  readonly tenant: string;
}

/**
 * Tenants take turns, one call a turn, however many each has waiting. A call costs one unit of the quota
 * whatever it holds, so that a round of deficits comes down to a round of turns.
 */
export class TenantTurns<T extends TenantsOwn> {
  /** In the order of their turns. */
  private readonly tenants = new Map<string, DeadlineOrder<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(item: T): void {
    const own = this.tenants.get(item.tenant);
    if (own === undefined) {
      const order = new DeadlineOrder<T>();
      order.add(item);
      this.tenants.set(item.tenant, order);
    } else {
      own.add(item);
    }
    this.count++;
  }

  /** The next in turn. */
  takeNext(): T | undefined {
    for (const [tenant, order] of this.tenants) {
      const item = order.takeFirst();
      this.tenants.delete(tenant);
      if (order.size > 0) this.tenants.set(tenant, order);
      this.count--;
      return item;
    }
    return undefined;
  }

  remove(item: T): boolean {
    const order = this.tenants.get(item.tenant);
    if (order?.remove(item) !== true) return false;
    if (order.size === 0) this.tenants.delete(item.tenant);
    this.count--;
    return true;
  }

  /** Those that have to leave soonest, one of each tenant. */
  *heads(): Iterable<T> {
    for (const { first } of this.tenants.values()) if (first !== undefined) yield first;
  }

  /** At most so many leave before a further one of this tenant. */
  countBefore(tenant: string, leaveByMs: number): number {
    const order = this.tenants.get(tenant);
    const own = order?.countBefore(leaveByMs) ?? 0;
    const tenants = this.tenants.size + (order === undefined ? 1 : 0);
    return Math.min(this.count, (own + 1) * tenants - 1);
  }
}
