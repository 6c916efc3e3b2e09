import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';

const run = promisify(execFile);

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
