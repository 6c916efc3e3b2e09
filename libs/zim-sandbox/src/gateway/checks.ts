import { type JournalSignature } from '../core/journal.js';
import { type Refusal } from '../core/reply.js';
import { parameterChecks } from './parameter-checks.js';
import { dispatchChecks } from './dispatch-checks.js';
import { signatureCheck } from './signature-check.js';
import { appCheck, nonceReplayCheck, timestampWindowCheck } from './credential-checks.js';
import { type CheckContext, type GatewayCheck, type Visit } from './visit.js';

/**
 * Every check of the gateway, in the order in which this sandbox makes them; the first that refuses decides
 * the code. The vendor's pages document the codes, not the order, so the order is an assumption: form before
 * substance, who is calling before what is asked, and nothing is counted against a quota before it is
 * certain who is calling. By code:
 *
 * 100000006 Action missing, 100000001 AppId, 100000008 nonce missing (or not of the assumed form),
 * 100000002 Timestamp missing, 100000003 Timestamp no number, 100000013 version missing, 100000014 version
 * unknown, 100000009 Signature missing, 100000011 AppId unknown, 100000004 expired, 100000005 signature
 * wrong, 100000008 nonce used before (as assumed), 100000007 Action unknown, the Action's own throttle
 * code, 660000002 wrong method, 100000012 body unreadable, 660000002 body no object; then the Action's own.
 */
export const gatewayChecks: readonly GatewayCheck[] = [
  ...parameterChecks,
  appCheck,
  timestampWindowCheck,
  signatureCheck,
  nonceReplayCheck,
  ...dispatchChecks,
];

export interface Verdict {
  readonly refusal?: Refusal;
  readonly signature: JournalSignature;
}

/** Runs the checks up to the first refusal. */
export function judge(visit: Visit, context: CheckContext): Verdict {
  let signature: JournalSignature = 'unchecked';
  for (const check of gatewayChecks) {
    const refusal = check.refuse(visit, context);
    if (check === signatureCheck) signature = refusal === undefined ? 'verified' : 'refused';
    if (refusal !== undefined) return { refusal, signature };
  }
  return { signature };
}
