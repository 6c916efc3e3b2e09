import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ZimSandbox } from 'zim-sandbox';
import { toCurl } from '../../libs/zim-sandbox/page/invite/snippets.js';
import { useBrowser } from './support/console-page.js';

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

describe('the curl snippet on the page', () => {
  const browser = useBrowser();
  const exampleApp = { appId: 12345, serverSecret: '9193cc662a4c0ec135ec71fb57194b38' };

  /** Returns the script and its hint. */
  async function snippetOf(url: string) {
    const { panel } = await browser.open(url);
    const form = panel('Place a call');
    await form.getByText('curl', { exact: true }).click();
    const script = await form.getByRole('group', { name: 'curl' }).textContent();
    const hint = await form.locator('.snippet .hint').first().textContent();
    return { script: script ?? '', hint };
  }

  it("runs without changes for the vendor's published example project", async () => {
    const example = await ZimSandbox.start({ apps: [exampleApp], users: ['alice', 'bob'] });
    try {
      const { script, hint } = await snippetOf(example.url);
      const { stdout } = await run('/bin/bash', ['-e', '-c', script], {
        env: { PATH: process.env.PATH, ZIM_SERVER_SECRET: 'of another project' },
      });
      expect(JSON.parse(stdout)).toMatchObject({ Code: 0 });
      expect(example.calls.list()).toMatchObject([{ caller: 'alice', ringing: ['bob'] }]);
      expect(hint).toContain('public');
    } finally {
      await example.stop();
    }
  });

  it.each([
    ['another project', 4711, exampleApp.serverSecret],
    ['the same AppID with a secret of its own', exampleApp.appId, 'f'.repeat(32)],
  ])(
    'reads the secret of %s from the environment and contains none',
    async (_, appId, serverSecret) => {
      const other = await ZimSandbox.start({ apps: [{ appId, serverSecret }], users: ['alice'] });
      try {
        const { script, hint } = await snippetOf(other.url);
        expect(script).toContain('${ZIM_SERVER_SECRET:?');
        expect(script).not.toContain(serverSecret);
        expect(script).not.toContain(exampleApp.serverSecret);
        expect(hint).toContain(`Set ZIM_SERVER_SECRET to the ServerSecret of AppID ${appId}`);
      } finally {
        await other.stop();
      }
    },
  );
});
