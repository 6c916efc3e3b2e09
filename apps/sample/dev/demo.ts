import { CallOutcomeService } from 'nestjs-zim-call';
import { RingDispatcher, type RingEvents } from 'nestjs-zim-dispatch';
import type { SandboxCallChange, ZimSandbox } from 'zim-sandbox';
import { callbackPath } from '../src/config/zim-options.js';
import { listen } from '../src/create-app.js';
import { createDevelopmentApp } from './create-development-app.js';
import { prepareDevelopment } from './development.js';

const invite = {
  fromUserId: 'alice',
  userIds: ['bob', 'carol', 'dave'],
  timeoutSeconds: 30,
  extendedData: '{"room":"42"}',
  offlinePush: { title: 'alice', content: 'is calling you' },
};

/** Whatever the environment says, the demo calls only its own sandbox, and needs no key. */
const ownSandbox = {
  NODE_ENV: 'development',
  HOST: '127.0.0.1',
  PORT: '0',
  ZIM_APP_ID: '',
  ZIM_SERVER_SECRET: '',
  ZIM_CALLBACK_SECRET: '',
  ZIM_REDIS_URL: '',
  ZIM_BASE_URL: '',
  ZIM_REGION: '',
  API_KEYS: '',
};

/** Rings phones through the whole stack, on this machine only, and prints what both sides saw. */
async function demo(): Promise<void> {
  const quiet = { log: ignore, warn: ignore, error: ignore, fatal: ignore };
  Object.assign(process.env, ownSandbox);
  const sandbox = await prepareDevelopment();
  if (sandbox === undefined) throw new Error('the demo runs against its own sandbox only');
  const app = await createDevelopmentApp(sandbox, quiet);
  try {
    const url = await listen(app);
    sandbox.callbacks.setUrl(`${url}${callbackPath}`);
    await ringOverHttp(url, sandbox);
    const outcomes = app.get(CallOutcomeService);
    await pickUp(outcomes, sandbox);
    await letItRing(outcomes, sandbox);
    await escalate(url, app.get(RingDispatcher), sandbox);
  } finally {
    await app.close();
  }
}

async function ringOverHttp(url: string, sandbox: ZimSandbox): Promise<void> {
  section('Your client sends to the backend: POST /calls', invite);
  const response = await fetch(`${url}/calls`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(invite),
  });
  section(`The backend answers: HTTP ${response.status}`, await response.json());
  if (response.status !== 201) throw new Error('no phone rings');
  section('What ZIM (the sandbox) saw', sandbox.journal.entries().at(-1));
  section('Whose phones ring', sandbox.calls.list().at(-1));
}

/** Bob rejects on his phone, then carol accepts on hers; callbacks report both to the backend. */
async function pickUp(outcomes: CallOutcomeService, sandbox: ZimSandbox): Promise<void> {
  const startedMs = performance.now();
  onceRinging(sandbox, ({ call: { callId } }) => {
    sandbox.devices.reject({ callId, userId: 'bob' });
    sandbox.devices.accept({ callId, userId: 'carol', extendedData: 'coming' });
  });
  const { outcome } = await outcomes.inviteAndWait({ ...invite, userIds: ['bob', 'carol'] });
  const afterMs = Math.round(performance.now() - startedMs);
  section(`inviteAndWait: ${outcome.acceptedBy.join()} picked up after ${afterMs} ms`, outcome);
  await sandbox.callbacks.idle();
  printCallbacks(sandbox, outcome.callId);
}

/** No callee answers; the sandbox's clock is advanced, so that the demo does not wait. */
async function letItRing(outcomes: CallOutcomeService, sandbox: ZimSandbox): Promise<void> {
  const startedMs = performance.now();
  onceRinging(sandbox, () => {
    void sandbox.clock.advance(30_000);
  });
  const { outcome } = await outcomes.inviteAndWait({ ...invite, userIds: ['bob', 'carol'] });
  const afterMs = Math.round(performance.now() - startedMs);
  section(
    `Another call rang for 30 s of the sandbox's clock, in ${afterMs} ms of real time`,
    outcome,
  );
  await sandbox.callbacks.idle();
  printCallbacks(sandbox, outcome.callId);
}

const plan = {
  version: 1,
  fromUserId: 'alice',
  steps: [['bob'], ['carol'], ['dave']].map((userIds) => ({ userIds, ringSeconds: 1 })),
};

/** Bob rejects, carol does not answer in her second, and dave accepts. */
async function escalate(
  url: string,
  dispatcher: RingDispatcher,
  sandbox: ZimSandbox,
): Promise<void> {
  sandbox.directory.register(['dave']);
  const startedMs = performance.now();
  const response = await fetch(`${url}/rings`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(plan),
  });
  const path = response.headers.get('Location');
  if (path === null) throw new Error(`no plan was started: HTTP ${response.status}`);
  printLine("\n== A ring plan: POST /rings rings bob's phone, then carol's, then dave's");
  await dispatcher.events(path.replace('/rings/', '')).forEach((event) => {
    const afterMs = Math.round(performance.now() - startedMs);
    if (event.type === 'ringing') answerPhone(event, sandbox);
    if (event.type === 'answer') printLine(`  ${event.userId}: ${event.state} after ${afterMs} ms`);
    if (event.type === 'ended') {
      const { result, acceptedBy } = event.result;
      printLine(`  result: ${result} by ${acceptedBy.join()}; GET ${path} has all calls`);
    }
  });
}

function answerPhone({ callId, userIds }: RingEvents['ringing'], { devices }: ZimSandbox): void {
  if (userIds.includes('bob')) devices.reject({ callId, userId: 'bob' });
  if (userIds.includes('dave')) devices.accept({ callId, userId: 'dave' });
}

function onceRinging(sandbox: ZimSandbox, act: (change: SandboxCallChange) => void): void {
  const stop = sandbox.calls.onChange((change) => {
    stop();
    // After ZIM's reply is on its way, as people do not pick up while the invite is being made.
    setImmediate(act, change);
  });
}

function printCallbacks(sandbox: ZimSandbox, callId: string): void {
  const deliveries = sandbox.callbacks.deliveries().filter((one) => one.callId === callId);
  for (const { event, state, attempts } of deliveries) {
    printLine(`  callback ${event}: ${state}, HTTP ${String(attempts.at(-1)?.status)}`);
  }
}

function section(title: string, content: unknown): void {
  printLine(`\n== ${title}\n${JSON.stringify(content, null, 2)}`);
}

function printLine(text: unknown): void {
  process.stdout.write(`${String(text)}\n`);
}

function ignore(): void {
  // The demo prints what both sides saw, without log lines.
}

demo().catch((error: unknown) => {
  printLine(error);
  process.exitCode = 1;
});
