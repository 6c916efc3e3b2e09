import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type SandboxInjectedFault } from '../core/fault.js';
import { isJsonObject } from '../core/json.js';
import { type Journal, type JournalSignature } from '../core/journal.js';
import { Redactor } from '../core/redactor.js';
import { messageOf } from '../core/reply.js';
import { type SandboxApp } from '../core/settings.js';
import { Attempts, type Repetition } from '../faults/attempts.js';
import { FaultyWire } from '../faults/faulty-wire.js';
import { namedUsers } from '../faults/named-users.js';
import {
  describeInjection,
  type DecidedFault,
  type SandboxFaults,
} from '../faults/sandbox-faults.js';
import { type WireReply } from '../faults/send-reply.js';
import { judge } from './checks.js';
import { jsonOf, readRequest, type GatewayRequest } from './gateway-request.js';
import { journalEntry } from './journal-entry.js';
import { NonceMemory } from './nonce-memory.js';
import { Quota, type QuotaUse } from './quota.js';
import { createActions, type ActionParts } from './actions.js';
import { type ActionOutcome, type CheckContext, type GatewayAction, type Visit } from './visit.js';

export interface GatewayParts extends ActionParts {
  readonly journal: Journal;
  readonly faults: SandboxFaults;
  /** Called with the Timestamp of each request that passed the checks, before it is carried out. */
  readonly onTimestamp: (appId: number, timestampSeconds: number) => void;
}

interface Outcome extends ActionOutcome {
  readonly status: number;
  readonly signature: JournalSignature;
}

/** When a request came, and how it relates to earlier ones. */
interface Arrival extends Repetition {
  readonly atMs: number;
}

/** The way in for signed requests: checks them, carries them out, journals and answers. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #context: CheckContext;
  readonly #actions: ReadonlyMap<string, GatewayAction>;
  readonly #redactor: Redactor;
  readonly #attempts = new Attempts();
  readonly #wire: FaultyWire;

  constructor(parts: GatewayParts) {
    const { settings } = parts;
    this.#parts = parts;
    this.#context = {
      assumptions: settings.assumptions,
      appIds: settings.apps.map((app) => app.appId),
      nonces: new NonceMemory(),
      quota: new Quota(settings.assumptions, settings.callsPerSecond),
    };
    this.#actions = new Map(createActions(parts).map((action) => [action.name, action]));
    this.#redactor = Redactor.of(settings.apps);
    this.#wire = new FaultyWire(settings.clock);
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#parts.settings;
    this.#wire.touch(incoming.socket);
    const closed = new Promise<void>((resolve) => response.once('close', resolve));
    const request = await readRequest(incoming);
    const { end, ...repetition } = this.#attempts.arrive({
      appId: this.#app(request)?.appId,
      action: request.action ?? '',
      query: request.query,
      json: jsonOf(request),
    });
    const arrival = { atMs: clock.now(), ...repetition };
    const decided = this.#decide(request, arrival.attempt);
    const finish = () => {
      const reply = this.#answer(request, arrival, decided);
      this.#wire.send(response, request.socket, reply, decided?.fault);
    };
    try {
      if (decided?.fault.kind === 'delay')
        await this.#wire.delay(request.socket, decided.fault.ms, finish);
      else finish();
    } finally {
      void closed.then(end);
    }
  }

  /** By Action, for those the app has called. */
  quotaUse(appId: number): Readonly<Record<string, QuotaUse>> {
    return this.#context.quota.use(appId, this.#parts.settings.clock.now());
  }

  reset(): void {
    this.#context.nonces.reset();
    this.#context.quota.reset();
    this.#attempts.reset();
    this.#wire.reset();
  }

  /** Breaks off what faults keep open, and what they would yet. */
  stop(): void {
    this.#wire.stop();
  }

  #decide(request: GatewayRequest, attempt: number): DecidedFault | undefined {
    if (request.path !== '/') return undefined;
    const { appId, action, query } = request;
    const userIds = namedUsers(query, jsonOf(request));
    return this.#parts.faults.decide({ appId, action, userIds, attempt });
  }

  /** Carries the request out, if it comes to that, and journals what came of it. */
  #answer(request: GatewayRequest, arrival: Arrival, decided?: DecidedFault): WireReply {
    const { fault, injection } = decided ?? {};
    const { clock } = this.#parts.settings;
    const nowMs = clock.now();
    const visit: Visit = {
      ...request,
      nowMs,
      clockMs: fault?.kind === 'clock-skew' ? nowMs + fault.offsetSeconds * 1000 : nowMs,
      app: this.#app(request),
      action: this.#actions.get(request.action ?? ''),
    };
    const isUnseen = injection?.when === 'before';
    const outcome = isUnseen ? unseen(visit) : this.#carryOut(request.path, visit);
    const { code, fields } = fault?.kind === 'code' ? unseen(visit, fault.code) : outcome;
    const reply = {
      Code: code,
      Message: messageOf(code),
      RequestId: this.#parts.ids.nextRequestId(),
      ...fields,
    };
    const redactor = this.#redactor.withSignature(request.query.get('Signature') ?? '');
    const hint = joinHints(outcome.hint, injection);
    const cleanHint = hint === undefined ? undefined : redactor.text(hint);
    const decision = {
      ...outcome,
      ...arrival,
      executed: outcome.executed ?? outcome.code === 0,
      fault: injection,
      hint: cleanHint,
      reply: isUnseen && fault?.kind !== 'code' ? undefined : reply,
    };
    this.#parts.journal.add(journalEntry(request, decision, redactor));
    return { status: outcome.status, dateMs: visit.clockMs, hint: cleanHint, content: reply };
  }

  #app({ appId }: GatewayRequest): SandboxApp | undefined {
    return this.#parts.settings.apps.find((app) => app.appId === appId);
  }

  #carryOut(path: string, visit: Visit): Outcome {
    if (path !== '/') return wrongPath;
    const { refusal, signature } = judge(visit, this.#context);
    const { app, action, body } = visit;
    if (refusal !== undefined)
      return {
        status: 200,
        signature,
        ...refusal,
        fields: signature === 'verified' ? (action?.emptyFields ?? {}) : {},
      };
    // The checks have made sure of these two; the compiler cannot know.
    if (app === undefined || action === undefined)
      throw new Error('A request passed the checks without an app or an action.');
    // A GET's fields are in the query; for a POST, the checks have made sure of the object.
    const json = body.readable && isJsonObject(body.json) ? body.json : {};
    this.#parts.onTimestamp(app.appId, Number(visit.query.get('Timestamp')));
    return { status: 200, signature, ...action.run(app.appId, { query: visit.query, body: json }) };
  }
}

const wrongPath: Outcome = {
  status: 404,
  signature: 'unchecked',
  code: 100000000,
  fields: {},
  hint: 'ZIM has one path, /, and the Action is in the query; the control API of this sandbox is under /__/',
};

/** What a fault gives for an answer to a request that nobody has looked at. */
function unseen({ action }: Visit, code = 0): Outcome {
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
