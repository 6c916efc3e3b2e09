import { type SandboxAssumptions } from '../core/assumptions.js';
import { createQuotaWindow, type QuotaWindow } from './quota-windows.js';

/** The present use of a quota. */
export interface QuotaUse {
  readonly used: number;
  readonly limit: number;
}

const sharedName = 'all actions';

/** Counts the calls per second of each AppID and Action, or of each AppID with `quotaScope=app`. */
export class Quota {
  private readonly assumptions: SandboxAssumptions;
  private readonly limit: number;
  private readonly windows = new Map<number, Map<string, QuotaWindow>>();

  constructor(assumptions: SandboxAssumptions, limit: number) {
    this.assumptions = assumptions;
    this.limit = limit;
  }

  take(appId: number, action: string, nowMs: number): boolean {
    const name = this.assumptions.quotaScope === 'app' ? sharedName : action;
    const windows = this.windows.get(appId) ?? new Map<string, QuotaWindow>();
    this.windows.set(appId, windows);
    const window = windows.get(name) ?? this.createWindow();
    windows.set(name, window);
    return window.take(nowMs);
  }

  /** Returns the use by Action, for the Actions that the app has called. */
  use(appId: number, nowMs: number): Readonly<Record<string, QuotaUse>> {
    const windows = this.windows.get(appId) ?? new Map<string, QuotaWindow>();
    return Object.fromEntries(
      [...windows].map(([name, window]) => [name, { used: window.used(nowMs), limit: this.limit }]),
    );
  }

  describe(): string {
    const per = this.assumptions.quotaScope === 'app' ? 'all Actions together' : 'each Action';
    return `${this.limit} calls per second per AppID for ${per} (${this.assumptions.quotaWindow})`;
  }

  reset(): void {
    this.windows.clear();
  }

  private createWindow(): QuotaWindow {
    return createQuotaWindow(this.assumptions.quotaWindow, {
      limit: this.limit,
      countRefused: this.assumptions.quotaCountsRefused === 'yes',
    });
  }
}
