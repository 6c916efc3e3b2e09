import { type JournalSignature } from '../core/journal.js';
import { type Refusal } from '../core/reply.js';
import { appCheck, nonceReplayCheck, timestampWindowCheck } from './credential-checks.js';
import { dispatchChecks } from './dispatch-checks.js';
import { parameterChecks } from './parameter-checks.js';
import { type GatewayCheck, type GatewayState, type RequestContext } from './request-context.js';
import { signatureCheck } from './signature-check.js';

/**
 * Every check of the gateway, in order; the first refusal decides the code. The vendor's pages document the codes,
 * not the order, so the order is an assumption: form before content, credentials before the operation, and no quota
 * is used before the credentials are verified. By code:
 *
 * 100000006 Action missing, 100000001 AppId, 100000008 nonce missing (or not of the assumed form),
 * 100000002 Timestamp missing, 100000003 Timestamp not a number, 100000013 version missing, 100000014 version
 * unknown, 100000009 Signature missing, 100000011 AppId unknown, 100000004 expired, 100000005 signature
 * wrong, 100000008 nonce used before (as assumed), 100000007 Action unknown, the Action's own throttle
 * code, 660000002 wrong method, 100000012 body unreadable, 660000002 body not an object; then the Action's own.
 */
const gatewayChecks: readonly GatewayCheck[] = [
  ...parameterChecks,
  appCheck,
  timestampWindowCheck,
  signatureCheck,
  nonceReplayCheck,
  ...dispatchChecks,
];

export interface CheckResult {
  readonly refusal?: Refusal;
  readonly signature: JournalSignature;
}

/** Runs the checks up to the first refusal. */
export function runChecks(context: RequestContext, state: GatewayState): CheckResult {
  let signature: JournalSignature = 'unchecked';
  for (const check of gatewayChecks) {
    const refusal = check.refuse(context, state);
    if (check === signatureCheck) signature = refusal === undefined ? 'verified' : 'refused';
    if (refusal !== undefined) return { refusal, signature };
  }
  return { signature };
}
