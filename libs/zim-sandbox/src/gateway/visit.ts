import { type ZimActionFacts } from 'zim-protocol';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { type JsonObject } from '../core/json.js';
import { type Refusal, type RefusalCause } from '../core/reply.js';
import { type SandboxApp } from '../core/settings.js';
import { type RequestBody } from './body.js';
import { type NonceMemory } from './nonce-memory.js';
import { type Quota } from './quota.js';

/** What an operation did. */
export interface ActionOutcome {
  readonly code: number;
  /** What the answer holds besides Code, Message and RequestId. */
  readonly fields: JsonObject;
  readonly hint?: string;
  readonly cause?: RefusalCause;
  /** Whether it was carried out. Default: if the code is 0. */
  readonly executed?: boolean;
  /** Of the call that was made. */
  readonly callId?: string;
  readonly rings?: readonly string[];
  readonly failed?: readonly { readonly userId: string; readonly code: number }[];
}

/** What an operation is given: the fields of a GET are in the query, those of a POST in the body. */
export interface ActionInput {
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** An operation this sandbox carries out. */
export interface GatewayAction {
  readonly name: string;
  readonly facts: ZimActionFacts;
  /** The list of failed users, empty, as it stands in an answer that names none. */
  readonly emptyFields: JsonObject;
  run(appId: number, input: ActionInput): ActionOutcome;
}

/** A request on its way through the checks. */
export interface Visit {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  readonly nowMs: number;
  /** The time by which the Timestamp is judged: now, unless a fault puts the clock off. */
  readonly clockMs: number;
  /** The app the AppId names; absent if it is no AppId, or not one of this sandbox. */
  readonly app: SandboxApp | undefined;
  /** What the Action names; absent if it is not built into this sandbox. */
  readonly action: GatewayAction | undefined;
}

/** What the checks share between requests. */
export interface CheckContext {
  readonly assumptions: SandboxAssumptions;
  readonly appIds: readonly number[];
  readonly nonces: NonceMemory;
  readonly quota: Quota;
}

/** One reason to refuse a request. */
export interface GatewayCheck {
  readonly name: string;
  refuse(visit: Visit, context: CheckContext): Refusal | undefined;
}
