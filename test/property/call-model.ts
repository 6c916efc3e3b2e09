/** An operation on a call, at any time and in any order. */
export type Operation =
  | { readonly kind: 'accept' | 'reject'; readonly user: string; readonly via: 'device' | 'api' }
  | { readonly kind: 'withdraw'; readonly user: string }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'caller-leaves'; readonly how: 'logout' | 'disconnect' }
  | { readonly kind: 'login' | 'logout'; readonly user: string }
  | { readonly kind: 'advance'; readonly seconds: number };

export type ModelState =
  'ringing' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'withdrawn';

/** The answer to an operation: the code that an API call gets, a device's refusal, or the result of a withdrawal. */
export type ModelAnswer = number | string;

export const ringSeconds = 30;

/**
 * The smallest model of a call in the normal mode: alice calls, and all users are online at first. It predicts the
 * answer to each operation, and the final state of each callee.
 */
export class CallModel {
  readonly states: Map<string, ModelState>;
  private readonly online: Set<string>;
  private elapsedSeconds = 0;

  constructor(callees: readonly string[]) {
    this.states = new Map(callees.map((user) => [user, 'ringing']));
    this.online = new Set(['alice', ...callees]);
  }

  get ended(): boolean {
    return ![...this.states.values()].includes('ringing');
  }

  get result(): string | undefined {
    const states = [...this.states.values()];
    if (states.includes('accepted')) return 'accepted';
    if (!this.ended) return undefined;
    if (states.includes('timed-out')) return 'timed-out';
    return states.includes('cancelled') || states.includes('withdrawn') ? 'cancelled' : 'rejected';
  }

  get reason(): string | undefined {
    const states = [...this.states.values()];
    const isWithdrawn = this.result === 'cancelled' && !states.includes('cancelled');
    return isWithdrawn ? 'withdrawn' : undefined;
  }

  apply(operation: Operation): ModelAnswer {
    switch (operation.kind) {
      case 'withdraw':
        return this.withdraw(operation.user);
      case 'accept':
      case 'reject':
        return this.answer(operation);
      case 'cancel':
        if (!this.online.has('alice') || !this.mayBeCancelled) return 'refused';
        return this.end('cancelled');
      case 'caller-leaves':
        if (!this.online.delete('alice')) return 'refused';
        return this.mayBeCancelled ? this.end('cancelled') : 0;
      case 'login':
        if (this.online.has(operation.user)) return 'refused';
        this.online.add(operation.user);
        return 0;
      case 'logout':
        return this.online.delete(operation.user) ? 0 : 'refused';
      case 'advance':
        this.elapsedSeconds += operation.seconds;
        return this.elapsedSeconds >= ringSeconds ? this.end('timed-out') : 0;
    }
  }

  private get mayBeCancelled(): boolean {
    return !this.ended && ![...this.states.values()].includes('accepted');
  }

  private withdraw(user: string): string {
    const state = this.states.get(user);
    if (state === 'ringing') this.states.set(user, 'withdrawn');
    if (state === 'timed-out') return 'timed-out';
    // The sandbox takes a rejection again while others ring.
    const isRepeated = (state === 'rejected' || state === 'withdrawn') && !this.ended;
    return state === 'ringing' || isRepeated ? 'withdrawn' : 'already-answered';
  }

  private answer(operation: Operation & { kind: 'accept' | 'reject' }): number | 'refused' {
    const { kind, user, via } = operation;
    if (via === 'device' && !this.online.has(user)) return 'refused';
    const state = this.states.get(user);
    if (state === 'ringing') {
      this.states.set(user, kind === 'accept' ? 'accepted' : 'rejected');
      return 0;
    }
    if (via === 'device') return 'refused';
    const given = state === 'withdrawn' ? 'rejected' : state;
    if (!this.ended) return given === (kind === 'accept' ? 'accepted' : 'rejected') ? 0 : 660900008;
    return state === 'timed-out' ? 660900006 : 660900005;
  }

  private end(state: 'cancelled' | 'timed-out'): 0 {
    for (const [user, before] of this.states)
      if (before === 'ringing') this.states.set(user, state);
    return 0;
  }
}
