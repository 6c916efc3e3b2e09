import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ZimSandbox } from 'zim-sandbox';
import { toCurl } from '../../libs/zim-sandbox/page/invite/snippets.js';

const run = promisify(execFile);
const nasty = `'"\\ \`false\` $(false) \${x} \n ; # 中😀 </script>`;
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
});
afterEach(() => sandbox.stop());

/** What bash makes of the script; needs curl and openssl. */
async function runScript(invite: Parameters<typeof toCurl>[0], secret?: string): Promise<string> {
  const { url, app, clock } = sandbox;
  const script = toCurl(invite, { appId: app.appId, url, clockOffsetMs: clock.now() - Date.now() });
  const { PATH } = process.env;
  const env = { PATH, ...(secret === undefined ? {} : { ZIM_SERVER_SECRET: secret }) };
  return (await run('bash', ['-e', '-c', script], { env })).stdout;
}

it('the curl of the page rings, whatever it says and wherever the clock is', async () => {
  await sandbox.clock.advance(3_600_000);
  const invite = {
    fromUserId: 'alice',
    userIds: ['bob'],
    timeoutSeconds: 30,
    extendedData: nasty,
    offlinePush: { title: nasty, content: '' },
  };
  const reply = JSON.parse(await runScript(invite, sandbox.app.serverSecret)) as unknown;
  expect(reply).toMatchObject({ Code: 0 });
  expect(sandbox.calls.list()).toMatchObject([
    { caller: 'alice', ringing: ['bob'], timeoutSeconds: 30, extendedData: nasty },
  ]);
});

it('asks for the secret where there is none', async () => {
  await expect(runScript({ fromUserId: 'alice', userIds: ['bob'] })).rejects.toThrow(
    'must be the ServerSecret',
  );
  expect(sandbox.journal.entries()).toEqual([]);
});
