import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { screenshots, useBrowser } from './support/console-page.js';

const site = resolve(__dirname, '../../docs/.vitepress/dist');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const browser = useBrowser();
let server: Server;
let url: string;
let missing: string[] = [];

beforeAll(async () => {
  if (!existsSync(join(site, 'index.html')))
    throw new Error('The documentation is not built: run npm run docs:build');
  server = createServer(({ url: address = '/' }, response) => {
    const path = decodeURIComponent(address.split('?')[0] ?? '/');
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    if (!file.startsWith(site) || !existsSync(file)) {
      missing.push(path);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'text/plain; charset=utf-8',
    });
    response.end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  const paths = missing.filter((path) => path !== '/favicon.ico');
  missing = [];
  expect(paths).toEqual([]);
});

/** Searches the site, and returns the addresses of the results in their order. */
async function search(page: Page, words: string): Promise<string[]> {
  // The shortcut works once Vue has mounted the page.
  await page.waitForFunction(() => {
    const root = document.querySelector('#app');
    return root !== null && '__vue_app__' in root;
  });
  await page.keyboard.press('Control+k');
  await page.locator('#localsearch-input').fill(words);
  const results = page.locator('.VPLocalSearchBox a.result');
  await results.first().waitFor();
  return results.evaluateAll((links) =>
    links.map((link) => new URL((link as HTMLAnchorElement).href).pathname),
  );
}

it.each([
  ['idempotency', '/guide/idempotency.html', 'Idempotency'],
  ['callback path global prefix', '/guide/callbacks.html', 'Callbacks'],
  ['maxmemory-policy', '/guide/redis.html', 'Redis'],
])('finds %j in English', async (words, path, title) => {
  const page = await browser.visit(url, '/');
  expect((await search(page, words)).slice(0, 3)).toContain(path);
  await page.screenshot({ path: join(screenshots, `documentation-${words}.png`) });
  await page.locator(`.VPLocalSearchBox a.result[href*="${path}"]`).first().click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  expect(new URL(page.url()).pathname).toBe(path);
});

it.each([
  ['沙箱', '/zh/sandbox.html', '沙箱'],
  ['幂等键', '/zh/guide/idempotency.html', '幂等'],
  ['全局前缀 回调路径', '/zh/guide/callbacks.html', '回调'],
  ['证书不受信任', '/zh/faults.html', '故障与呼叫的结果'],
])('finds %j in Chinese', async (words, path, title) => {
  const page = await browser.visit(url, '/zh/', { locale: 'zh-CN' });
  expect((await search(page, words)).slice(0, 3)).toContain(path);
  await page.screenshot({ path: join(screenshots, `documentation-${words}.png`) });
  await page.locator(`.VPLocalSearchBox a.result[href*="${path}"]`).first().click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
});

it('opens a guide, the manual and the reference', async () => {
  const page = await browser.visit(url, '/');
  const open = async (link: string, title: string) => {
    await page.getByRole('link', { name: link, exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };
  await open('Errors', 'Errors');
  await page.getByRole('heading', { name: 'Error classes' }).waitFor();
  await open('Sandbox', 'Sandbox');
  await page.goto(`${url}/reference/nestjs-zim-call/`);
  await open('CallInviteService', 'CallInviteService');
  await page.getByText('Makes the phones of userIds ring').waitFor();
});

it('changes to Chinese and back', async () => {
  const page = await browser.visit(url, '/guide/getting-started.html');
  await page.getByRole('button', { name: 'Change language' }).hover();
  await page.getByRole('link', { name: '简体中文' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'NestJS 后端' }).waitFor();
  await page.getByRole('link', { name: '幂等', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: '幂等' }).waitFor();
  await page.getByRole('button', { name: '语言' }).hover();
  await page.getByRole('link', { name: 'English' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Idempotency' }).waitFor();
});

it('links from a page to files of the repository', async () => {
  const page = await browser.visit(url, '/architecture.html');
  const link = page.getByRole('link', { name: 'http/signing.interceptor.ts' });
  expect(await link.getAttribute('href')).toMatch(
    /^https:\/\/github\.com\/.*\/blob\/main\/libs\/zim-call\/src\/http\/signing\.interceptor\.ts$/,
  );
});

it('lists its pages in llms.txt', () => {
  const list = readFileSync(join(site, 'llms.txt'), 'utf8');
  const links = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  expect(links).toContain('/guide/errors.md');
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !existsSync(join(site, link)))).toEqual([]);
  expect(readFileSync(join(site, 'llms-full.txt'), 'utf8')).toContain('# Idempotency');
});
