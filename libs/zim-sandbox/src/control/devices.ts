import { utf8ByteLength, zimLimits } from 'zim-protocol';
import { type CallEngine } from '../calls/call-engine.js';
import { type CallLog } from '../calls/call-log.js';
import { type CallRefusal } from '../calls/call-transitions.js';
import { SandboxStateError } from '../core/state-error.js';
import { type UserDirectory } from '../directory/user-directory.js';

/** The device of a user. Without an AppID, the sandbox's first app is meant. */
export interface SandboxDevice {
  readonly appId?: number;
  readonly userId: string;
}

/** A device's action on a call. */
export interface SandboxDeviceCall extends SandboxDevice {
  readonly callId: string;
  /** At most 2048 UTF-8 bytes. */
  readonly extendedData?: string;
}

/** An action on a call. */
export type SandboxCallAction = 'accept' | 'reject' | 'cancel';

export interface DeviceParts {
  readonly directory: UserDirectory;
  readonly calls: CallLog;
  readonly engine: CallEngine;
  readonly appIds: readonly [number, ...number[]];
}

/**
 * Simulates the devices of users: logins and lost connections, answers and cancellations. A device must be online for
 * anything but a login.
 *
 * See https://www.zegocloud.com/docs/zim-android/guides/call/call-invitation-signaling
 */
export class SandboxDevices {
  /** @internal */
  constructor(private readonly parts: DeviceParts) {}

  /**
   * Logs in; a first login registers the user. Ringing calls to this user reach the device now.
   *
   * @throws SandboxStateError if the user is online; Error for an invalid user id or an unknown AppID
   */
  login({ userId, appId }: SandboxDevice): void {
    this.parts.directory.login(userId, appId);
  }

  /**
   * Logs out. Calls this user has made are cancelled, unless a callee has accepted.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  logout({ userId, appId }: SandboxDevice): void {
    this.parts.directory.logout(userId, appId);
  }

  /**
   * Loses the connection; the heartbeat has timed out. Calls this user has made are cancelled, unless a callee has
   * accepted.
   *
   * @throws SandboxStateError if the user is not online; Error for an unknown AppID
   */
  disconnect({ userId, appId }: SandboxDevice): void {
    this.parts.directory.disconnect(userId, appId);
  }

  /**
   * Accepts a call.
   *
   * @throws SandboxStateError if the user is not online, was not invited, or has answered already, or if the
   * call is unknown, has ended or has timed out; RangeError for data that is too long; Error for an unknown AppID
   */
  accept(call: SandboxDeviceCall): void {
    this.act('accept', call);
  }

  /**
   * Rejects a call.
   *
   * @throws the same as {@link SandboxDevices.accept}
   */
  reject(call: SandboxDeviceCall): void {
    this.act('reject', call);
  }

  /**
   * Cancels a call this user has made, for all callees who have not answered. `extendedData` is the payload of the
   * callback; without it, the invite's is.
   *
   * @throws SandboxStateError if the user is not online or not the caller, if a callee has accepted, or if the
   * call is unknown or has ended; RangeError for data that is too long; Error for an unknown AppID
   */
  cancel(call: SandboxDeviceCall): void {
    this.act('cancel', call);
  }

  private act(kind: SandboxCallAction, call: SandboxDeviceCall): void {
    const { directory, engine, appIds } = this.parts;
    const { userId, callId, extendedData, appId = appIds[0] } = call;
    if (utf8ByteLength(extendedData ?? '') > zimLimits.extendedDataBytes)
      throw new RangeError(
        `extendedData must be at most ${zimLimits.extendedDataBytes} UTF-8 bytes long.`,
      );
    const presence = directory.presence(userId, appId);
    if (presence !== 'online')
      throw new SandboxStateError(
        presence === undefined
          ? `${userId} is not registered`
          : `${userId} is not online, but ${presence}: log in first`,
      );
    const refusal = engine.apply(appId, callId, { kind, userId, extendedData }, 'device');
    if (refusal !== undefined) throw this.explain(refusal, kind, userId, callId, appId);
  }

  private explain(
    refusal: CallRefusal | 'unknown',
    action: SandboxCallAction,
    userId: string,
    callId: string,
    appId: number,
  ): SandboxStateError {
    const reason = this.parts.calls.get(callId, appId)?.endReason ?? '';
    const [text, sdkCode] = {
      unknown: [`there is no call ${callId}`, 6000276] as const,
      'not-invited': [`${userId} was not invited to this call`, 6000274] as const,
      'not-the-caller': [`${userId} did not make this call`, 6000273] as const,
      answered: [`${userId} has answered already`, undefined] as const,
      'answered-differently': [`${userId} has answered already`, undefined] as const,
      accepted: ['a callee has accepted this call', 6000271] as const,
      'timed-out': [`the invitation of ${userId} has timed out`, 6000276] as const,
      ended: [`the call has ended (${reason})`, undefined] as const,
    }[refusal];
    return new SandboxStateError(`${userId} cannot ${action}: ${text}`, sdkCode);
  }
}
