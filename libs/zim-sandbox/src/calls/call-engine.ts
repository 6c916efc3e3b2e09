import { type SandboxCallbacks } from '../callbacks/callbacks.js';
import { type Settings } from '../core/settings.js';
import { type PresenceChange, type UserDirectory } from '../directory/user-directory.js';
import { type CallLog } from './call-log.js';
import { type SandboxCall } from './call-state.js';
import { transition, type CallOperation, type CallRefusal } from './call-transitions.js';

export interface CallEngineParts {
  readonly settings: Settings;
  readonly directory: UserDirectory;
  readonly calls: CallLog;
  readonly callbacks: SandboxCallbacks;
}

/** A call as CallInvite describes it. */
export type NewCall = Omit<
  SandboxCall,
  'state' | 'ringing' | 'callees' | 'createdAt' | 'endedAt' | 'endReason'
> & {
  /** The users to invite. */
  readonly callees: readonly string[];
};

/** Where an operation comes from. Those of the server API cause no callbacks with `serverApiCallbacks=no`. */
export type CallOrigin = 'device' | 'server';

/** Runs the calls: sets their ring timers, applies operations, and emits callbacks. */
export class CallEngine {
  private readonly cancelTimers = new Map<string, () => void>();
  private isStopped = false;

  constructor(private readonly parts: CallEngineParts) {}

  /** Starts a call: the phones of online callees ring; the others may log in until the call times out. */
  start(appId: number, content: NewCall, origin: CallOrigin): SandboxCall {
    const { settings, directory, calls, callbacks } = this.parts;
    const nowMs = settings.clock.now();
    const presenceOf = (userId: string) => directory.presence(userId, appId);
    const call: SandboxCall = {
      ...content,
      createdAt: nowMs,
      state: 'started',
      ringing: content.callees,
      callees: content.callees.map((userId) => ({
        userId,
        state: presenceOf(userId) === 'online' ? 'received' : 'inviting',
        changedAt: nowMs,
      })),
    };
    calls.put(appId, call, nowMs);
    if (!this.isStopped)
      this.cancelTimers.set(
        call.callId,
        settings.clock.setTimer(call.timeoutSeconds * 1000, () => {
          const presence = presenceOf(call.caller);
          const isCallerOnline =
            presence === 'online' ||
            (presence !== 'offline' && settings.assumptions.absentCaller === 'online');
          this.apply(appId, call.callId, { kind: 'time-out', isCallerOnline }, 'device');
        }),
      );

    const withSession = ['online', 'offline'];
    if (settings.assumptions.neverLoggedInCallees === 'as-offline')
      withSession.push('never-logged-in');
    const reported = call.ringing.filter((userId) =>
      withSession.includes(presenceOf(userId) ?? ''),
    );
    if (reported.length > 0 && this.sendsCallbacks(origin))
      callbacks.emit(appId, {
        event: 'call_create',
        call_id: call.callId,
        caller: call.caller,
        user_ids: reported,
        create_time: Math.floor(nowMs / 1000),
        timeout: Math.ceil(call.timeoutSeconds),
        payload: call.extendedData ?? '',
      });
    return call;
  }

  /** @returns why the operation was refused, or `undefined` if it was applied */
  apply(
    appId: number,
    callId: string,
    operation: CallOperation,
    origin: CallOrigin,
  ): CallRefusal | 'unknown' | undefined {
    const { settings, calls, callbacks } = this.parts;
    const call = calls.find(callId, appId);
    if (call === undefined) return 'unknown';
    const nowMs = settings.clock.now();
    const result = transition(call, operation, nowMs);
    if ('refusal' in result) return result.refusal;
    if (result.call === call) return undefined;
    if (result.call.state === 'ended') {
      this.cancelTimers.get(callId)?.();
      this.cancelTimers.delete(callId);
    }
    calls.put(appId, result.call, nowMs);
    if (this.sendsCallbacks(origin))
      for (const callback of result.callbacks) callbacks.emit(appId, callback);
    return undefined;
  }

  /** Rings the phone of a callee who logs in; ends the unaccepted calls of a caller who leaves. */
  onPresence({ appId, user, to }: PresenceChange): void {
    for (const { callId, caller } of this.parts.calls.started(appId))
      if (to === 'online')
        this.apply(appId, callId, { kind: 'receive', userId: user.userId }, 'device');
      else if (caller === user.userId)
        this.apply(appId, callId, { kind: 'caller-leaves' }, 'device');
  }

  reset(): void {
    this.cancelAllTimers();
    this.parts.calls.reset();
  }

  /** Cancels every ring timer, and sets none from now on. */
  stop(): void {
    this.isStopped = true;
    this.cancelAllTimers();
  }

  private cancelAllTimers(): void {
    for (const cancel of this.cancelTimers.values()) cancel();
    this.cancelTimers.clear();
  }

  private sendsCallbacks(origin: CallOrigin): boolean {
    return origin === 'device' || this.parts.settings.assumptions.serverApiCallbacks === 'yes';
  }
}
