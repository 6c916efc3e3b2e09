import type { CallInviteInput } from 'nestjs-zim-call';
import { type Observable, ReplaySubject } from 'rxjs';
import type {
  AnswerReport,
  InviteReport,
  RingingCalls,
  WithdrawalReport,
} from '../calls/ringing-calls.js';

/** Calls that a test scripts: each invite gets the next report, or rings all callees. */
export class ScriptedCalls implements Pick<RingingCalls, keyof RingingCalls> {
  sources = { callbacks: true, clientReports: false };
  sharesKeys = false;
  readonly invites: { readonly invite: CallInviteInput; readonly key: string }[] = [];
  readonly withdrawals: { readonly callId: string; readonly userIds: readonly string[] }[] = [];
  readonly reports: InviteReport[] = [];
  /** By idempotency key. */
  readonly found = new Map<string, string>();
  /** Called within each invite. */
  onInvite: () => void = () => undefined;
  private readonly calls = new Map<string, ReplaySubject<readonly AnswerReport[]>>();

  invite(invite: CallInviteInput, key: string): Promise<InviteReport> {
    this.invites.push({ invite, key });
    this.onInvite();
    const callId = `call-${this.invites.length}`;
    const { userIds } = invite;
    const rings = { type: 'ringing', callId, userIds, failed: [], confirmedBy: 'reply' } as const;
    return Promise.resolve(this.reports.shift() ?? rings);
  }

  withdraw(callId: string, userIds: readonly string[]): Promise<readonly WithdrawalReport[]> {
    this.withdrawals.push({ callId, userIds });
    return Promise.resolve(userIds.map((userId) => ({ userId, result: 'withdrawn' })));
  }

  watch(callId: string): Observable<readonly AnswerReport[]> {
    return this.subjectOf(callId);
  }

  callOf(idempotencyKey: string): Promise<string | undefined> {
    return Promise.resolve(this.found.get(idempotencyKey));
  }

  /** Reports an answer by a callback. */
  answer(callId: string, userId: string, state: AnswerReport['state']): void {
    this.subjectOf(callId).next([{ userId, state, reportedBy: 'callback' }]);
  }

  private subjectOf(callId: string): ReplaySubject<readonly AnswerReport[]> {
    const subject = this.calls.get(callId) ?? new ReplaySubject<readonly AnswerReport[]>();
    this.calls.set(callId, subject);
    return subject;
  }
}
