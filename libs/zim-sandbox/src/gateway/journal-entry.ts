import { type SandboxInjectedFault } from '../core/fault.js';
import { type JournalEntry, type JournalSignature } from '../core/journal.js';
import { type Redactor } from '../core/redactor.js';
import { type Repetition } from '../faults/attempts.js';
import { type RequestBody } from './body.js';
import { type GatewayRequest } from './gateway-request.js';
import { type ActionOutcome } from './visit.js';

/** What became of a request. */
export interface Decision extends Repetition, Omit<ActionOutcome, 'code' | 'fields'> {
  readonly atMs: number;
  readonly executed: boolean;
  readonly signature: JournalSignature;
  readonly fault: SandboxInjectedFault | undefined;
  readonly hint: string | undefined;
  /** Absent if a fault came before there was one. */
  readonly reply: { readonly Code: number; readonly Message: string } | undefined;
}

const maxActionLength = 64;
/** A larger body is not kept in the journal, which holds thousands of them. */
const maxJournalBodyBytes = 128 * 1024;

/** A request and what became of it as the journal keeps them, without secrets and signatures. */
export function journalEntry(
  request: GatewayRequest,
  decision: Decision,
  redactor: Redactor,
): Omit<JournalEntry, 'id'> {
  const { action, appId, method, path, query, body, startedMs } = request;
  const { reply, rings, failed } = decision;
  return {
    at: new Date(decision.atMs).toISOString(),
    appId,
    action: action === undefined ? undefined : redactor.text(action, maxActionLength),
    method,
    path: redactor.text(path),
    query: redactor.query(query),
    body: bodyOf(redactor, body),
    signature: decision.signature,
    executed: decision.executed,
    attempt: decision.attempt,
    reusesNonce: decision.reusesNonce,
    overlaps: decision.overlaps,
    fault: decision.fault,
    code: reply?.Code,
    message: reply?.Message,
    hint: decision.hint,
    cause: decision.cause,
    reply: reply === undefined ? undefined : redactor.json(reply),
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    callId: decision.callId,
    rings: rings?.map((userId) => redactor.text(userId)),
    failed: failed?.map(({ userId, code }) => ({ userId: redactor.text(userId), code })),
  };
}

function bodyOf(redactor: Redactor, body: RequestBody): unknown {
  if (!body.readable) return undefined;
  return body.bytes > maxJournalBodyBytes ? `[cut: ${body.bytes} bytes]` : redactor.json(body.json);
}
