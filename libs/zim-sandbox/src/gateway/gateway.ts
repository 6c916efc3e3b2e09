import { type IncomingMessage, type ServerResponse } from 'node:http';
import { isJsonObject } from '../core/json.js';
import { type Journal, type JournalSignature } from '../core/journal.js';
import { Redactor } from '../core/redactor.js';
import { messageOf } from '../core/reply.js';
import { readBody, type RequestBody } from './body.js';
import { judge } from './checks.js';
import { NonceMemory } from './nonce-memory.js';
import { parseAppId } from './parameter-checks.js';
import { Quota, type QuotaUse } from './quota.js';
import { parseTarget } from './target.js';
import { createActions, type ActionParts } from './actions.js';
import { type ActionOutcome, type CheckContext, type GatewayAction, type Visit } from './visit.js';

export interface GatewayParts extends ActionParts {
  readonly journal: Journal;
}

interface Answer extends ActionOutcome {
  readonly status: number;
  readonly signature: JournalSignature;
}

const maxActionLength = 64;
const maxHintHeaderLength = 1000;
/** A larger body is not kept in the journal, which holds thousands of them. */
const maxJournalBodyBytes = 128 * 1024;

/** The way in for signed requests: checks them, carries them out, journals and answers. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #context: CheckContext;
  readonly #actions: ReadonlyMap<string, GatewayAction>;
  readonly #redactor: Redactor;

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
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const { path, query } = parseTarget(request.url ?? '/');
    const body = await readBody(request);
    const visit: Visit = {
      method: request.method ?? '',
      query,
      body,
      nowMs: this.#parts.settings.clock.now(),
      app: this.#parts.settings.apps.find((app) => app.appId === parseAppId(query.get('AppId'))),
      action: this.#actions.get(query.get('Action') ?? ''),
    };
    const answer = path === '/' ? this.#answer(visit) : wrongPath;
    const reply = {
      Code: answer.code,
      Message: messageOf(answer.code),
      RequestId: this.#parts.ids.nextRequestId(),
      ...answer.fields,
    };
    const redactor = this.#redactor.withSignature(query.get('Signature') ?? '');
    const hint = answer.hint === undefined ? undefined : redactor.text(answer.hint);

    const action = query.get('Action');
    this.#parts.journal.add({
      at: new Date(visit.nowMs).toISOString(),
      appId: parseAppId(query.get('AppId')),
      action: action === null ? undefined : redactor.text(action, maxActionLength),
      method: visit.method,
      path: redactor.text(path),
      query: redactor.query(query),
      body: journalBody(redactor, body),
      signature: answer.signature,
      code: reply.Code,
      message: reply.Message,
      hint,
      reply: redactor.json(reply),
      durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
      rings: answer.rings?.map((userId) => redactor.text(userId)),
      failed: answer.failed?.map(({ userId, code }) => ({ userId: redactor.text(userId), code })),
    });

    response.statusCode = answer.status;
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    // Clients correct their clocks by it, so it must tell the time that signatures are judged by.
    response.setHeader('Date', new Date(visit.nowMs).toUTCString());
    if (hint !== undefined) response.setHeader('X-Sandbox-Hint', toHeader(hint));
    response.end(JSON.stringify(reply));
  }

  /** By Action, for those the app has called. */
  quotaUse(appId: number): Readonly<Record<string, QuotaUse>> {
    return this.#context.quota.use(appId, this.#parts.settings.clock.now());
  }

  reset(): void {
    this.#context.nonces.reset();
    this.#context.quota.reset();
  }

  #answer(visit: Visit): Answer {
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
    return { status: 200, signature, ...action.run(app.appId, { query: visit.query, body: json }) };
  }
}

const wrongPath: Answer = {
  status: 404,
  signature: 'unchecked',
  code: 100000000,
  fields: {},
  hint: 'ZIM has one path, /, and the Action is in the query; the control API of this sandbox is under /__/',
};

function journalBody(redactor: Redactor, body: RequestBody): unknown {
  if (!body.readable) return undefined;
  return body.bytes > maxJournalBodyBytes ? `[cut: ${body.bytes} bytes]` : redactor.json(body.json);
}

/** A header holds ASCII only, and clients limit all headers together. */
function toHeader(hint: string): string {
  return hint.replace(/[^\x20-\x7e]/gu, '?').slice(0, maxHintHeaderLength);
}
