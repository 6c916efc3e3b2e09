import { type SandboxAssumptions } from '../core/assumptions.js';
import { createQuotaWindow, type QuotaWindow } from './quota-windows.js';

/** How much of a quota is spent at the moment. */
export interface QuotaUse {
  readonly used: number;
  readonly limit: number;
}

const sharedName = 'all actions';

/** The calls a second of each AppID and Action (or of each AppID, as assumed). */
export class Quota {
  readonly #assumptions: SandboxAssumptions;
  readonly #limit: number;
  readonly #windows = new Map<number, Map<string, QuotaWindow>>();

  constructor(assumptions: SandboxAssumptions, limit: number) {
    this.#assumptions = assumptions;
    this.#limit = limit;
  }

  take(appId: number, action: string, nowMs: number): boolean {
    const name = this.#assumptions.quotaScope === 'app' ? sharedName : action;
    const windows = this.#windows.get(appId) ?? new Map<string, QuotaWindow>();
    this.#windows.set(appId, windows);
    const window = windows.get(name) ?? this.#createWindow();
    windows.set(name, window);
    return window.take(nowMs);
  }

  /** By Action, for those an app has called. */
  use(appId: number, nowMs: number): Readonly<Record<string, QuotaUse>> {
    const windows = this.#windows.get(appId) ?? new Map<string, QuotaWindow>();
    return Object.fromEntries(
      [...windows].map(([name, window]) => [
        name,
        { used: window.used(nowMs), limit: this.#limit },
      ]),
    );
  }

  describe(): string {
    const per = this.#assumptions.quotaScope === 'app' ? 'all its Actions together' : 'each Action';
    return `${this.#limit} calls a second and AppID for ${per} (${this.#assumptions.quotaWindow})`;
  }

  reset(): void {
    this.#windows.clear();
  }

  #createWindow(): QuotaWindow {
    return createQuotaWindow(this.#assumptions.quotaWindow, {
      limit: this.#limit,
      countRefused: this.#assumptions.quotaCountsRefused === 'yes',
    });
  }
}
