import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ZimSandbox } from '../../src/sandbox.js';
import { toCurl } from './snippets.js';

const run = promisify(execFile);
const hostile = `'"\\ \`false\` $(false) \${x} \n ; # 中😀 </script>`;
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
});
afterEach(() => sandbox.stop());

const runScript = (invite: Parameters<typeof toCurl>[0], secret?: string) =>
  runScriptWith(process.env.PATH ?? '', invite, secret);

/** Runs the script in bash; needs curl, and md5sum or openssl. */
async function runScriptWith(
  PATH: string,
  invite: Parameters<typeof toCurl>[0],
  secret?: string,
): Promise<string> {
  const { url, app, clock } = sandbox;
  const clockOffsetMs = clock.now() - Date.now();
  const script = toCurl(invite, { appId: app.appId, isExample: false, url, clockOffsetMs });
  const env = { PATH, ...(secret === undefined ? {} : { ZIM_SERVER_SECRET: secret }) };
  return (await run('/bin/bash', ['-e', '-c', script], { env })).stdout;
}

it('the curl snippet rings a phone, with any content and any clock of the sandbox', async () => {
  await sandbox.clock.advance(3_600_000);
  const invite = {
    fromUserId: 'alice',
    userIds: ['bob'],
    timeoutSeconds: 30,
    extendedData: hostile,
    offlinePush: { title: hostile, content: '' },
  };
  const reply = JSON.parse(await runScript(invite, sandbox.app.serverSecret)) as unknown;
  expect(reply).toMatchObject({ Code: 0 });
  expect(sandbox.calls.list()).toMatchObject([
    { caller: 'alice', ringing: ['bob'], timeoutSeconds: 30, extendedData: hostile },
  ]);
});

it.each(['md5sum', 'openssl'])('signs with %s as the only hash tool', async (tool) => {
  const tools = mkdtempSync(join(tmpdir(), 'curl-tools-'));
  try {
    for (const name of ['curl', 'cut', 'date', 'od', 'tr', tool]) {
      const path = execFileSync('/bin/bash', ['-c', `command -v ${name}`], { encoding: 'utf8' });
      symlinkSync(path.trim(), join(tools, name));
    }
    const invite = { fromUserId: 'alice', userIds: ['bob'] };
    const reply = JSON.parse(await runScriptWith(tools, invite, sandbox.app.serverSecret));
    expect(reply).toMatchObject({ Code: 0 });
  } finally {
    rmSync(tools, { recursive: true });
  }
});

it('fails with an error of curl if no reply arrives', async () => {
  sandbox.faults.add({ fault: { kind: 'reset', when: 'after' } });
  const invite = { fromUserId: 'alice', userIds: ['bob'] };
  await expect(runScript(invite, sandbox.app.serverSecret)).rejects.toThrow(/curl: \(\d+\)/);
  expect(sandbox.calls.list()).toHaveLength(1);
});

it('fails if ZIM_SERVER_SECRET is not set', async () => {
  await expect(runScript({ fromUserId: 'alice', userIds: ['bob'] })).rejects.toThrow(
    'must be the ServerSecret',
  );
  expect(sandbox.journal.entries()).toEqual([]);
});
