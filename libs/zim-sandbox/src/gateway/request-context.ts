import { type ZimActionFacts } from 'zim-protocol';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { type JsonObject } from '../core/json.js';
import { type Refusal, type RefusalCause } from '../core/reply.js';
import { type SandboxApp } from '../core/settings.js';
import { type RequestBody } from './body.js';
import { type NonceStore } from './nonce-store.js';
import { type Quota } from './quota.js';

/** Result of an operation. */
export interface ActionOutcome {
  readonly code: number;
  /** Fields of the reply besides Code, Message and RequestId. */
  readonly fields: JsonObject;
  readonly hint?: string;
  readonly cause?: RefusalCause;
  /** Default: true if the code is 0. */
  readonly executed?: boolean;
  /** CallInvite: the call that was made. */
  readonly callId?: string;
  readonly rings?: readonly string[];
  readonly failed?: readonly { readonly userId: string; readonly code: number }[];
}

/** Input of an operation: the fields of a GET are in the query, those of a POST in the body. */
export interface ActionInput {
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** An operation that the sandbox implements. */
export interface GatewayAction {
  readonly name: string;
  readonly facts: ZimActionFacts;
  /** The empty lists of failed users, as a refusal contains them. */
  readonly emptyFields: JsonObject;
  run(appId: number, input: ActionInput): ActionOutcome;
}

/** A request as the checks see it. */
export interface RequestContext {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly body: RequestBody;
  readonly nowMs: number;
  /** The time that the Timestamp is compared with: now, unless a fault shifts the clock. */
  readonly clockMs: number;
  /** The app of the AppId; absent if the AppId is invalid or unknown. */
  readonly app: SandboxApp | undefined;
  /** The operation of the Action; absent if the sandbox does not implement it. */
  readonly action: GatewayAction | undefined;
}

/** State that the checks share between requests. */
export interface GatewayState {
  readonly assumptions: SandboxAssumptions;
  readonly appIds: readonly number[];
  readonly nonces: NonceStore;
  readonly quota: Quota;
}

/** One check of a request. */
export interface GatewayCheck {
  readonly name: string;
  refuse(context: RequestContext, state: GatewayState): Refusal | undefined;
}
