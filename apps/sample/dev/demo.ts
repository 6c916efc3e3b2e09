import { CallOutcomeService } from 'nestjs-zim-call';
import type { SandboxCallChange, ZimSandbox } from 'zim-sandbox';
import { listen } from '../src/run.js';
import { callbackPath } from '../src/zim/zim-options.js';
import { createDevelopmentApp } from './create-development-app.js';
import { prepareDevelopment } from './development.js';

const invite = {
  fromUserId: 'alice',
  userIds: ['bob', 'carol', 'dave'],
  timeoutSeconds: 30,
  extendedData: '{"room":"42"}',
  offlinePush: { title: 'alice', content: 'is calling you' },
};

/** Whatever the environment says, the demo asks nobody outside this process, and needs no key. */
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

/** Rings phones through the whole stack, on this machine alone, and prints what each side saw. */
async function demo(): Promise<void> {
  const quiet = { log: ignore, warn: ignore, error: ignore, fatal: ignore };
  const development = await prepareDevelopment(ownSandbox);
  const { environment, sandbox } = development;
  if (sandbox === undefined) throw new Error('the demo runs against its own sandbox only');
  const app = await createDevelopmentApp(development, { logger: quiet });
  try {
    const url = await listen(app, environment);
    sandbox.callbacks.setUrl(`${url}${callbackPath}`);
    await ringOverHttp(url, sandbox);
    const outcomes = app.get(CallOutcomeService);
    await pickUp(outcomes, sandbox);
    await letItRing(outcomes, sandbox);
  } finally {
    await app.close();
  }
}

async function ringOverHttp(url: string, sandbox: ZimSandbox): Promise<void> {
  section('Your client asks the backend: POST /calls', invite);
  const response = await fetch(`${url}/calls`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(invite),
  });
  section(`The backend answers: HTTP ${response.status}`, await response.json());
  if (response.status !== 201) throw new Error('nobody rings');
  section('What ZIM (the sandbox) saw', sandbox.journal.entries().at(-1));
  section('Whose phones ring', sandbox.calls.list().at(-1));
}

/** Bob rejects on his phone, then carol accepts on hers, and the backend is told by callbacks. */
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
  tellCallbacks(sandbox, outcome.callId);
}

/** Nobody answers, and nobody waits for it: the sandbox's clock does. */
async function letItRing(outcomes: CallOutcomeService, sandbox: ZimSandbox): Promise<void> {
  const startedMs = performance.now();
  onceRinging(sandbox, () => {
    void sandbox.clock.advance(30_000);
  });
  const { outcome } = await outcomes.inviteAndWait({ ...invite, userIds: ['bob', 'carol'] });
  const afterMs = Math.round(performance.now() - startedMs);
  section(`Another call rang for 30 s of the sandbox's clock, ${afterMs} ms of ours`, outcome);
  await sandbox.callbacks.idle();
  tellCallbacks(sandbox, outcome.callId);
}

function onceRinging(sandbox: ZimSandbox, act: (change: SandboxCallChange) => void): void {
  const stop = sandbox.calls.onChange((change) => {
    stop();
    // After ZIM's reply is on its way, as people do not pick up while the invite is being made.
    setImmediate(act, change);
  });
}

function tellCallbacks(sandbox: ZimSandbox, callId: string): void {
  const deliveries = sandbox.callbacks.deliveries().filter((one) => one.callId === callId);
  for (const { event, state, attempts } of deliveries) {
    say(`  callback ${event}: ${state}, HTTP ${String(attempts.at(-1)?.status)}`);
  }
}

function section(title: string, content: unknown): void {
  say(`\n== ${title}\n${JSON.stringify(content, null, 2)}`);
}

function say(text: unknown): void {
  process.stdout.write(`${String(text)}\n`);
}

function ignore(): void {
  // The demo prints what both sides saw, and nothing between.
}

demo().catch((error: unknown) => {
  say(error);
  process.exitCode = 1;
});
