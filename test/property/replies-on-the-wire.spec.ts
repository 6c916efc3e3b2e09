import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  type CallInviteResult,
  CallInviteService,
  isZimCallError,
  ZimCallModule,
} from 'nestjs-zim-call';
import { findZimReturnCode } from 'zim-protocol';
import { countOf, isFullRun, seed, seeded } from '../support/property.js';
import { RawServer } from '../support/raw-server.js';
import { codeOf } from './random-replies.js';
import { callIdOf, drawScripts, perform, type WireScript } from './random-wire.js';

const runs = countOf({ sample: 150, full: 10_000 });
const atATime = 50;
/** Silence lasts half of it. */
const deadlineMs = 2_000;
/** What a busy machine may take longer. */
const slackMs = 3_000;
const outcomes = ['not-sent', 'refused', 'rejected', 'unknown'];

let scripts: readonly WireScript[] = [];
/** How often each call was heard. */
let heard: number[];
let server: RawServer;
let app: TestingModule;

beforeAll(async () => {
  server = await RawServer.start((socket, { body }) => {
    const index = Number(JSON.parse(body).ExtendedData);
    heard[index] = (heard[index] ?? 0) + 1;
    const script = scripts[index];
    if (script !== undefined) perform(script, socket);
  });
  const options = { appId: 1, serverSecret: 'server-secret', baseUrl: server.url };
  const limits = {
    requestTimeoutMs: deadlineMs / 2,
    deadlineMs,
    rateLimit: { limit: 100_000, windowMs: 10 },
  };
  app = await Test.createTestingModule({
    imports: [ZimCallModule.forRoot({ ...options, ...limits })],
  }).compile();
  app.useLogger(false);
  await app.init();
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

/** Makes all calls, some at a time, and returns what is wrong with them. */
async function callAll(count: number, seen: Map<string, number>): Promise<string[]> {
  const service = app.get(CallInviteService);
  const wrongs: string[] = [];
  let next = 0;
  const caller = async () => {
    while (next < count) {
      const index = next++;
      const invite = { fromUserId: 'alice', userIds: ['bob'], extendedData: String(index) };
      const startMs = performance.now();
      const result: unknown = await service.invite(invite).catch((error: unknown) => error);
      const tookMs = performance.now() - startMs;
      const wrong =
        tookMs > deadlineMs + slackMs ? `it took ${tookMs} ms` : wrongWith(result, index);
      const { kind = '' } = scripts[index] ?? {};
      for (const key of [kind, isZimCallError(result) ? result.outcome : 'success']) {
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
      if (wrong !== undefined) wrongs.push(`call ${index}, ${kind}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: atATime }, caller));
  return wrongs;
}

function wrongWith(result: unknown, index: number): string | undefined {
  const { kind, body = '' } = scripts[index] ?? {};
  // A byte order mark is not part of the text.
  const text = body.replace(/^\ufeff/, '');
  const times = heard[index] ?? 0;
  if (!isZimCallError(result)) {
    const { callId } = result as CallInviteResult;
    // A damaged body may name any call, but a reply without a request must reach no call.
    if (kind === 'a random body')
      return wasAccepted(callId, text) ? undefined : `no such ${callId}`;
    return callId === callIdOf(index) ? undefined : `it got the reply of ${callId}`;
  }
  if (kind === 'a good reply' && result.outcome === 'rejected') return result.message;
  if (!outcomes.includes(result.outcome)) return `outcome ${result.outcome}`;
  const isAnswered = result.vendorCode !== undefined;
  if (!isAnswered && !['unknown', 'not-sent'].includes(result.outcome)) return result.message;
  if (result.outcome === 'not-sent' && times > 0) return `it was sent ${times} times`;
  return times > 1 && findZimReturnCode(codeOf(text) ?? 0)?.outcome !== 'refused'
    ? `sent ${times} times`
    : undefined;
}

/** Whether a body says that phones ring, in a call of this id. */
function wasAccepted(callId: string, body: string): boolean {
  return codeOf(body) === 0 && Reflect.get(JSON.parse(body), 'CallId') === callId;
}

/** What is still in use once all garbage is gone. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no gc');
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it(
  seeded(
    `${runs} random replies on a socket each end before the deadline, in a result or a ZimCallError`,
  ),
  async () => {
    heard = [];
    scripts = drawScripts(runs, seed);
    // Warms up, so that caches do not count as growth.
    expect(await callAll(Math.min(500, runs), new Map())).toEqual([]);
    const before = usedBytes();
    heard = [];
    const seen = new Map<string, number>();
    expect(await callAll(runs, seen)).toEqual([]);
    expect((usedBytes() - before) / 2 ** 20).toBeLessThan(20);

    if (isFullRun) expectEveryKind(seen);
    await app.close();
    await server.abandoned();
    expect(server.openSockets).toBe(0);
  },
  180_000,
);

/** Whether the draw covers each kind of script and of outcome, which a small sample cannot. */
function expectEveryKind(seen: ReadonlyMap<string, number>): void {
  for (const end of ['success', 'unknown']) expect(seen.get(end)).toBeGreaterThan(0.2 * runs);
  for (const end of ['refused', 'rejected']) expect(seen.get(end)).toBeGreaterThan(10);
  for (const kind of new Set(scripts.map((script) => script.kind))) {
    expect([kind, (seen.get(kind) ?? 0) > 1]).toEqual([kind, true]);
  }
}
