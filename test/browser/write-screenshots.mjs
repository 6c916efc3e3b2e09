// Writes the screenshots of the READMEs to docs/images. Needs Chromium and a Chinese font (fonts-wqy-microhei).
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { ZimSandbox } from '../../libs/zim-sandbox/dist/esm/index.js';

const folder = resolve(import.meta.dirname, '../../docs/images');
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
if (!existsSync(executablePath))
  throw new Error('This needs Chromium: apt-get install chromium fonts-wqy-microhei');

const screenshots = [
  { name: 'console.png', locale: 'en', colorScheme: 'light' },
  { name: 'console.zh.png', locale: 'zh-CN', colorScheme: 'light' },
];

const users = [
  { userId: 'alice', userName: 'Alice' },
  { userId: 'bob', userName: 'Bob' },
  { userId: 'carol', presence: 'offline' },
];

async function take({ name, ...look }, browser) {
  const sandbox = await ZimSandbox.start({ port: 4010, users });
  try {
    const options = { ...look, viewport: { width: 1280, height: 860 } };
    const page = await (await browser.newContext(options)).newPage();
    await page.goto(`${sandbox.url}/__/console`);
    await page.getByRole('article', { name: 'bob' }).waitFor();
    await call({ userIds: ['bob'] });
    const [{ callId }] = sandbox.calls.list();
    sandbox.devices.reject({ userId: 'bob', callId, extendedData: 'busy' });
    await call({ userIds: ['zoe'] });
    sandbox.faults.add({ times: 1, fault: { kind: 'reset', when: 'after' } });
    await call({ userIds: ['bob', 'carol'], timeoutSeconds: 30, extendedData: '{"room":"42"}' });
    await page.locator('[aria-rowcount="4"]').waitFor();
    await page.screenshot({ path: join(folder, name), animations: 'disabled' });
  } finally {
    await sandbox.stop();
  }

  async function call(invite) {
    const offlinePush = { title: 'Alice', content: 'is calling you' };
    const body = JSON.stringify({ fromUserId: 'alice', offlinePush, ...invite });
    await fetch(`${sandbox.url}/__/calls`, { method: 'POST', body });
  }
}

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  for (const screenshot of screenshots) await take(screenshot, browser);
} finally {
  await browser.close();
}
