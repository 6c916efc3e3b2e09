import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type SandboxInjectedFault } from '../core/fault.js';
import { isJsonObject } from '../core/json.js';
import { type Journal, type JournalSignature } from '../core/journal.js';
import { Redactor } from '../core/redactor.js';
import { messageOf } from '../core/reply.js';
import { type SandboxApp } from '../core/settings.js';
import { FaultInjector } from '../faults/fault-injector.js';
import { RepetitionTracker, type Repetition } from '../faults/repetition-tracker.js';
import {
  describeInjection,
  type DecidedFault,
  type SandboxFaults,
} from '../faults/sandbox-faults.js';
import { type WireReply } from '../faults/send-reply.js';
import { createActions, type ActionParts } from './actions.js';
import { runChecks } from './checks.js';
import { jsonOf, namedUsers, readRequest, type GatewayRequest } from './gateway-request.js';
import { journalEntry } from './journal-entry.js';
import { NonceStore } from './nonce-store.js';
import { Quota, type QuotaUse } from './quota.js';
import {
  type ActionOutcome,
  type GatewayAction,
  type GatewayState,
  type RequestContext,
} from './request-context.js';

export interface GatewayParts extends ActionParts {
  readonly journal: Journal;
  readonly faults: SandboxFaults;
  /** Called with the Timestamp of each request that passed the checks, before it is executed. */
  readonly onTimestamp: (appId: number, timestampSeconds: number) => void;
}

interface Outcome extends ActionOutcome {
  readonly status: number;
  readonly signature: JournalSignature;
}

/** When a request arrived, and how it relates to earlier ones. */
interface Arrival extends Repetition {
  readonly atMs: number;
}

/** Handles the signed requests of ZIM's server API: checks, executes, journals and answers them. */
export class Gateway {
  private readonly state: GatewayState;
  private readonly actions: ReadonlyMap<string, GatewayAction>;
  private readonly redactor: Redactor;
  private readonly repetitions = new RepetitionTracker();
  private readonly injector: FaultInjector;

  constructor(private readonly parts: GatewayParts) {
    const { settings } = parts;
    this.state = {
      assumptions: settings.assumptions,
      appIds: settings.apps.map((app) => app.appId),
      nonces: new NonceStore(),
      quota: new Quota(settings.assumptions, settings.callsPerSecond),
    };
    this.actions = new Map(createActions(parts).map((action) => [action.name, action]));
    this.redactor = Redactor.of(settings.apps);
    this.injector = new FaultInjector(settings.clock);
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.parts.settings;
    this.injector.cancelIdleTimer(incoming.socket);
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    const request = await readRequest(incoming);
    const { end, ...repetition } = this.repetitions.track({
      appId: this.appOf(request)?.appId,
      action: request.action ?? '',
      query: request.query,
      json: jsonOf(request),
    });
    const arrival = { atMs: clock.now(), ...repetition };
    const decided = this.decideFault(request, arrival.attempt);
    const finish = () => {
      const reply = this.process(request, arrival, decided);
      this.injector.send(response, request.socket, reply, decided?.fault);
    };
    try {
      if (decided?.fault.kind === 'delay')
        await this.injector.delay(request.socket, decided.fault.ms, finish);
      else finish();
    } finally {
      void closed.then(end);
    }
  }

  /** Returns the quota use by Action, for the Actions that the app has called. */
  quotaUse(appId: number): Readonly<Record<string, QuotaUse>> {
    return this.state.quota.use(appId, this.parts.settings.clock.now());
  }

  reset(): void {
    this.state.nonces.reset();
    this.state.quota.reset();
    this.repetitions.reset();
    this.injector.reset();
  }

  /** Destroys the connections that faults keep open, and cancels their timers. */
  stop(): void {
    this.injector.stop();
  }

  private decideFault(request: GatewayRequest, attempt: number): DecidedFault | undefined {
    if (request.path !== '/') return undefined;
    const { appId, action } = request;
    return this.parts.faults.decide({ appId, action, userIds: namedUsers(request), attempt });
  }

  /** Checks and executes a request, unless a fault comes before that, and journals the result. */
  private process(request: GatewayRequest, arrival: Arrival, decided?: DecidedFault): WireReply {
    const { fault, injection } = decided ?? {};
    const nowMs = this.parts.settings.clock.now();
    const context: RequestContext = {
      ...request,
      nowMs,
      clockMs: fault?.kind === 'clock-skew' ? nowMs + fault.offsetSeconds * 1000 : nowMs,
      app: this.appOf(request),
      action: this.actions.get(request.action ?? ''),
    };
    const isSkipped = injection?.when === 'before';
    const outcome = isSkipped ? skipped(context) : this.execute(request.path, context);
    const { code, fields } = fault?.kind === 'code' ? skipped(context, fault.code) : outcome;
    const reply = {
      Code: code,
      Message: messageOf(code),
      RequestId: this.parts.ids.nextRequestId(),
      ...fields,
    };
    const redactor = this.redactor.withSignature(request.query.get('Signature') ?? '');
    const hint = joinHints(outcome.hint, injection);
    const cleanHint = hint === undefined ? undefined : redactor.text(hint);
    const result = {
      ...outcome,
      ...arrival,
      executed: outcome.executed ?? outcome.code === 0,
      fault: injection,
      hint: cleanHint,
      reply: isSkipped && fault?.kind !== 'code' ? undefined : reply,
    };
    this.parts.journal.add(journalEntry(request, result, redactor));
    return { status: outcome.status, dateMs: context.clockMs, hint: cleanHint, content: reply };
  }

  private appOf({ appId }: GatewayRequest): SandboxApp | undefined {
    return this.parts.settings.apps.find((app) => app.appId === appId);
  }

  private execute(path: string, context: RequestContext): Outcome {
    if (path !== '/') return wrongPath;
    const { refusal, signature } = runChecks(context, this.state);
    const { app, action, body } = context;
    if (refusal !== undefined)
      return {
        status: 200,
        signature,
        ...refusal,
        fields: signature === 'verified' ? (action?.emptyFields ?? {}) : {},
      };
    // For the compiler: the checks have refused a request without these.
    if (app === undefined || action === undefined)
      throw new Error('A request passed the checks without an app or an action.');
    // Empty for a GET, whose fields are in the query; the checks have refused any other body of a POST.
    const json = body.readable && isJsonObject(body.json) ? body.json : {};
    this.parts.onTimestamp(app.appId, Number(context.query.get('Timestamp')));
    return {
      status: 200,
      signature,
      ...action.run(app.appId, { query: context.query, body: json }),
    };
  }
}

const wrongPath: Outcome = {
  status: 404,
  signature: 'unchecked',
  code: 100000000,
  fields: {},
  hint: 'ZIM has one path, /, and the Action is in the query; the control API of this sandbox is under /__/',
};

/** Returns the outcome of a request that a fault kept from being processed. */
function skipped({ action }: RequestContext, code = 0): Outcome {
  return {
    status: 200,
    signature: 'unchecked',
    code,
    fields: action?.emptyFields ?? {},
    executed: false,
  };
}

function joinHints(hint: string | undefined, injection: SandboxInjectedFault | undefined) {
  const hints = [hint, injection === undefined ? undefined : describeInjection(injection)];
  return hints.some((text) => text !== undefined) ? hints.filter(Boolean).join('; ') : undefined;
}
