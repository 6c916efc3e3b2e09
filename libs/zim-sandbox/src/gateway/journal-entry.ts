import { type SandboxInjectedFault } from '../core/fault.js';
import { type JournalEntry, type JournalSignature } from '../core/journal.js';
import { type Redactor } from '../core/redactor.js';
import { type Repetition } from '../faults/repetition-tracker.js';
import { type RequestBody } from './body.js';
import { type GatewayRequest } from './gateway-request.js';
import { type ActionOutcome } from './request-context.js';

/** Result of a request. */
export interface RequestResult extends Repetition, Omit<ActionOutcome, 'code' | 'fields'> {
  readonly atMs: number;
  readonly executed: boolean;
  readonly signature: JournalSignature;
  readonly fault: SandboxInjectedFault | undefined;
  readonly hint: string | undefined;
  /** Absent if a fault came before processing. */
  readonly reply: { readonly Code: number; readonly Message: string } | undefined;
}

const maxActionLength = 64;
/** The journal holds thousands of bodies, so it does not keep larger ones. */
const maxJournalBodyBytes = 128 * 1024;

/** Returns the journal entry of a request, without secrets and signatures. */
export function journalEntry(
  request: GatewayRequest,
  result: RequestResult,
  redactor: Redactor,
): Omit<JournalEntry, 'id'> {
  const { action, appId, method, path, query, body, startedMs } = request;
  const { reply, rings, failed } = result;
  return {
    at: new Date(result.atMs).toISOString(),
    appId,
    action: action === undefined ? undefined : redactor.text(action, maxActionLength),
    method,
    path: redactor.text(path),
    query: redactor.query(query),
    body: bodyOf(redactor, body),
    signature: result.signature,
    executed: result.executed,
    attempt: result.attempt,
    reusesNonce: result.reusesNonce,
    overlaps: result.overlaps,
    fault: result.fault,
    code: reply?.Code,
    message: reply?.Message,
    hint: result.hint,
    cause: result.cause,
    reply: reply === undefined ? undefined : redactor.json(reply),
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    callId: result.callId,
    rings: rings?.map((userId) => redactor.text(userId)),
    failed: failed?.map(({ userId, code }) => ({ userId: redactor.text(userId), code })),
  };
}

function bodyOf(redactor: Redactor, body: RequestBody): unknown {
  if (!body.readable) return undefined;
  return body.bytes > maxJournalBodyBytes ? `[cut: ${body.bytes} bytes]` : redactor.json(body.json);
}
