import type { AddressInfo } from 'node:net';
import { createApp } from './create-app.js';
import { ZimTarget } from './zim/zim-target.js';

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
  ZIM_APP_ID: '',
  ZIM_SERVER_SECRET: '',
  ZIM_BASE_URL: '',
  ZIM_REGION: '',
  API_KEYS: '',
};

/** Rings two phones through the whole stack, on this machine alone, and prints what each side saw. */
async function demo(): Promise<void> {
  const app = await createApp(ownSandbox, {
    log: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  });
  try {
    await app.listen(0, '127.0.0.1');
    const { sandbox } = app.get(ZimTarget);
    if (sandbox === undefined) throw new Error('the demo runs against its own sandbox only');
    const address: AddressInfo | string | null = app.getHttpServer().address();
    const port = typeof address === 'object' ? address?.port : undefined;

    section('Your client asks the backend: POST /calls', invite);
    const response = await fetch(`http://127.0.0.1:${port}/calls`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(invite),
    });
    section(`The backend answers: HTTP ${response.status}`, await response.json());
    if (response.status !== 201) throw new Error('nobody rings');

    const [seen] = sandbox.journal.entries();
    section('What ZIM (the sandbox) saw', seen);
    section('Whose phones ring', sandbox.calls.list(sandbox.app.appId));
  } finally {
    await app.close();
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
