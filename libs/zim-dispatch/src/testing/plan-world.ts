import { planState } from '../decide/next-step.js';
import {
  eventsOf,
  type PlanEvent,
  type RingResult,
  type WithdrawnState,
} from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import { backOffMs, lateCallbackMs, timeoutSecondsOf } from '../plan/timing.js';

/** How long ZimCallModule stores an idempotency key at least. */
const keyLifeMs = 60_000;

/** What becomes of one attempt to invite. `executed`: phones ring. */
export interface InviteFate {
  readonly isExecuted: boolean;
  /** `dies`: the instance dies before it has stored the result. */
  readonly result: 'known' | 'unclear' | 'not-sent' | 'refused' | 'rejected' | 'dies';
  readonly takesMs: number;
}

/** How a phone behaves, and how its answer is reported: after each of these delays, or not at all. */
export interface Phone {
  readonly answer?: { readonly state: 'accepted' | 'rejected'; readonly afterMs: number };
  readonly fails: boolean;
  readonly reportDelaysMs: readonly number[];
}

export interface Scenario {
  readonly record: PlanRecord;
  /** For each step, the fate of each attempt; the last one repeats. */
  readonly fates: readonly (readonly InviteFate[])[];
  /** For each step and callee. */
  readonly phones: readonly (readonly Phone[])[];
  readonly withdrawals: readonly { readonly fails: boolean; readonly takesMs: number }[];
  readonly cancelMs?: number;
  /** Delays of further looks: other instances that look at the same plan. */
  readonly extraLooksMs: readonly number[];
  /** Whether a callback shows which call an invite became whose result is not known, and when. */
  readonly foundAfterMs?: number;
}

interface WorldPhone {
  readonly userId: string;
  state: 'ringing' | 'accepted' | 'rejected' | 'timed-out' | 'withdrawn';
  readonly silentMs: number;
}

interface WorldCall {
  readonly step: number;
  readonly callId: string;
  readonly createdMs: number;
  readonly phones: WorldPhone[];
}

/**
 * A small model of ZIM, the phones and the instances of a backend, independent of the code under test: it knows what
 * really rings.
 */
export class PlanWorld {
  readonly history: PlanEvent[] = [];
  readonly calls: WorldCall[] = [];
  readonly violations: string[] = [];
  readonly finallyRejected = new Set<number>();
  nowMs: number;
  private readonly due: { readonly atMs: number; readonly run: () => void }[] = [];
  private readonly attempts = new Map<number, number>();
  private readonly looksMs = new Set<number>();
  private withdrawals = 0;

  constructor(private readonly scenario: Scenario) {
    this.nowMs = scenario.record.createdAtMs;
  }

  /** Runs until nothing is left to do. */
  run(maxEvents = 5_000): void {
    const { record, cancelMs, extraLooksMs } = this.scenario;
    this.at(this.nowMs, () => {
      this.look();
    });
    if (cancelMs !== undefined) {
      this.at(record.createdAtMs + cancelMs, () => {
        this.store({ type: 'cancelling', atMs: this.nowMs });
        this.look();
      });
    }
    for (const afterMs of extraLooksMs) {
      this.at(record.createdAtMs + afterMs, () => {
        this.look();
      });
    }
    for (let count = 0; this.due.length > 0 && this.result === undefined; count++) {
      if (count > maxEvents) {
        this.violations.push('the plan never ends');
        return;
      }
      this.due.sort((a, b) => a.atMs - b.atMs);
      const next = this.due.shift();
      if (next === undefined) return;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.letTimePass();
      next.run();
    }
  }

  get result(): RingResult | undefined {
    return eventsOf(this.history, 'ended')[0]?.result;
  }

  get acceptedPhones(): readonly string[] {
    return this.calls.flatMap(({ phones }) =>
      phones.filter(({ state }) => state === 'accepted').map(({ userId }) => userId),
    );
  }

  private look(): void {
    const { decision } = planState(this.scenario.record, this.history, this.nowMs);
    switch (decision.do) {
      case 'wait':
        if (decision.untilMs <= this.nowMs || decision.untilMs === Infinity) {
          this.violations.push(`waits until ${decision.untilMs} at ${this.nowMs}`);
          return;
        }
        // As a driver does: looks at one time are one.
        if (this.looksMs.has(decision.untilMs)) return;
        this.looksMs.add(decision.untilMs);
        this.at(decision.untilMs, () => {
          this.look();
        });
        return;
      case 'ring':
        this.store({
          type: 'step-started',
          step: decision.step,
          attempt: decision.attempt,
          atMs: this.nowMs,
        });
        this.invite(decision.step, decision.attempt);
        this.look();
        return;
      case 'withdraw':
        this.store({
          type: 'withdrawing',
          step: decision.step,
          attempt: decision.attempt,
          atMs: this.nowMs,
        });
        this.withdraw(decision.step, decision.attempt, decision.callId, decision.userIds);
        this.look();
        return;
      case 'end':
        this.store({ type: 'ended', result: decision.result, atMs: this.nowMs });
        return;
      default:
        return;
    }
  }

  private invite(step: number, attempt: number): void {
    const { fates } = this.scenario;
    const index = this.attempts.get(step) ?? 0;
    this.attempts.set(step, index + 1);
    const own = fates[step] ?? [];
    const fate = own[Math.min(index, own.length - 1)];
    if (fate === undefined) throw new Error('no fate');
    // The idempotency key: while it is stored, a second invite of a step rings no phone.
    const known = this.calls.find(
      (call) => call.step === step && this.nowMs < call.createdMs + keyLifeMs,
    );
    const call = known ?? (fate.isExecuted ? this.ring(step) : undefined);
    if (fate.result === 'dies') {
      if (call !== undefined) this.find(call, attempt);
      return;
    }
    const resultMs = this.nowMs + fate.takesMs;
    const common = { step, attempt };
    const later = (event: (atMs: number) => PlanEvent) => {
      this.at(resultMs, () => {
        this.store(event(this.nowMs));
        this.look();
      });
    };
    if (fate.result === 'not-sent') {
      later((atMs) => ({
        ...{ type: 'not-rung', ...common, outcome: 'not-sent', reason: 'no', failed: [], atMs },
        retryAfterMs: backOffMs(attempt),
      }));
      return;
    }
    if (call !== undefined && fate.result === 'known') {
      const userIds = call.phones.map(({ userId }) => userId);
      later((atMs) => ({
        ...{ type: 'ringing', ...common, callId: call.callId, userIds, failed: [] },
        ...{ confirmedBy: 'reply', atMs },
      }));
      return;
    }
    if (call !== undefined || fate.result === 'unclear') {
      later((atMs) => ({ type: 'unclear', ...common, reason: 'lost', atMs }));
      if (call !== undefined) this.find(call, attempt, resultMs);
      return;
    }
    if (fate.result === 'rejected') this.finallyRejected.add(step);
    const outcome = fate.result === 'known' ? 'rejected' : fate.result;
    if (outcome === 'rejected') this.finallyRejected.add(step);
    later((atMs) => ({
      ...{ type: 'not-rung', ...common, outcome, reason: 'no', failed: [], atMs },
      ...(outcome !== 'rejected' && { retryAfterMs: backOffMs(attempt) }),
    }));
  }

  /** A callback shows the call of an invite whose result is not known, or not yet. */
  private find({ step, callId }: WorldCall, attempt: number, resultMs?: number): void {
    const { record, foundAfterMs } = this.scenario;
    if (foundAfterMs === undefined) return;
    const userIds = record.plan.steps[step]?.userIds ?? [];
    const found = { type: 'ringing', step, attempt, callId, userIds, failed: [] } as const;
    this.at((resultMs ?? this.nowMs) + foundAfterMs, () => {
      this.store({ ...found, confirmedBy: 'callback', atMs: resultMs ?? this.nowMs });
      this.look();
    });
  }

  private ring(step: number): WorldCall {
    const { record, phones } = this.scenario;
    const planned = record.plan.steps[step];
    if (planned === undefined) throw new Error('no step');
    const mayContinue = record.plan.onUnknown === 'continue';
    const others = this.calls.flatMap((call) => call.phones);
    if (others.some(({ state }) => state === 'ringing')) {
      this.violations.push(`step ${step} rings while another call rings`);
    }
    if (!mayContinue && others.some(({ state }) => state === 'accepted')) {
      this.violations.push(`step ${step} rings after a callee has accepted`);
    }
    if (this.calls.some((call) => call.step === step)) {
      this.violations.push(`step ${step} rings twice`);
    }
    const silentMs = this.nowMs + timeoutSecondsOf(planned, record.policy) * 1000;
    const call: WorldCall = { step, callId: `call-${step}`, createdMs: this.nowMs, phones: [] };
    planned.userIds.forEach((userId, index) => {
      const behaviour = phones[step]?.[index];
      if (behaviour === undefined || behaviour.fails) return;
      const phone: WorldPhone = { userId, state: 'ringing', silentMs };
      call.phones.push(phone);
      const { answer } = behaviour;
      if (answer === undefined) return;
      this.at(this.nowMs + answer.afterMs, () => {
        if (phone.state !== 'ringing') return;
        phone.state = answer.state;
        this.report(call, phone, behaviour.reportDelaysMs);
      });
    });
    for (const phone of call.phones) {
      this.at(silentMs, () => {
        this.letTimePass();
        if (phone.state !== 'timed-out' || !record.policy.callbacks) return;
        const index = planned.userIds.indexOf(phone.userId);
        this.report(call, phone, phones[step]?.[index]?.reportDelaysMs ?? []);
      });
    }
    this.calls.push(call);
    return call;
  }

  private report(
    call: WorldCall,
    { userId, state }: WorldPhone,
    delaysMs: readonly number[],
  ): void {
    const { policy } = this.scenario.record;
    if (state === 'ringing' || state === 'withdrawn') return;
    if (!policy.callbacks && !policy.clientReports) return;
    for (const delayMs of delaysMs) {
      this.at(this.nowMs + Math.min(delayMs, lateCallbackMs - 1), () => {
        const { step, callId } = call;
        const reportedBy = policy.callbacks ? 'callback' : 'client';
        this.store({ type: 'answer', step, callId, userId, state, reportedBy, atMs: this.nowMs });
        this.look();
      });
    }
  }

  private withdraw(
    step: number,
    attempt: number,
    callId: string,
    userIds: readonly string[],
  ): void {
    const { withdrawals } = this.scenario;
    const fate = withdrawals[this.withdrawals++ % Math.max(1, withdrawals.length)];
    const call = this.calls.find((one) => one.callId === callId);
    const users = userIds.map((userId) => {
      const phone = call?.phones.find((one) => one.userId === userId);
      const result: WithdrawnState = fate?.fails === true ? 'failed' : withdrawOne(phone);
      return { userId, result };
    });
    this.at(this.nowMs + (fate?.takesMs ?? 0), () => {
      this.store({ type: 'withdrawn', step, attempt, users, atMs: this.nowMs });
      this.look();
    });
  }

  private letTimePass(): void {
    for (const phone of this.calls.flatMap(({ phones }) => phones)) {
      if (phone.state === 'ringing' && this.nowMs >= phone.silentMs) phone.state = 'timed-out';
    }
  }

  private store(event: PlanEvent): void {
    if (this.result === undefined) this.history.push(event);
  }

  private at(atMs: number, run: () => void): void {
    this.due.push({ atMs, run });
  }
}

/** What the sandbox answers by default to a rejection on behalf of a phone in this state. */
function withdrawOne(phone: WorldPhone | undefined): WithdrawnState {
  switch (phone?.state) {
    case 'ringing':
      phone.state = 'withdrawn';
      return 'withdrawn';
    case 'withdrawn':
    case 'rejected':
      return 'withdrawn';
    case 'timed-out':
      return 'timed-out';
    case 'accepted':
      return 'already-answered';
    case undefined:
      return 'not-invited';
  }
}
