import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PageFiles } from './page-files.js';

let folder: string;
let server: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
  const files = new PageFiles(folder);
  server = createServer((request, response) => {
    void files.send(request.url === '/' ? '' : (request.url ?? ''), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const get = (path: string, options: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, options);

it('serves the built page with a content security policy for its own origin', async () => {
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  const answer = await get('/');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]),
  );
  expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
  expect(await answer.text()).toBe('<!doctype html>');
});

it('answers 304 to a client that has the file', async () => {
  await writeFile(join(folder, 'console.js'), '1');
  const headers = { 'If-None-Match': (await get('/console.js')).headers.get('etag') ?? '' };
  expect((await get('/console.js', { headers })).status).toBe(304);
  await writeFile(join(folder, 'console.js'), '2');
  const changed = await get('/console.js', { headers });
  expect([changed.status, await changed.text()]).toEqual([200, '2']);
});

it('answers HEAD with the size only', async () => {
  await writeFile(join(folder, 'console.css'), 'a{}');
  const { headers, status } = await get('/console.css', { method: 'HEAD' });
  expect([status, headers.get('content-length')]).toEqual([200, '3']);
});

it('says how to build a missing page', async () => {
  const answer = await get('/console.js');
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('build:esm')]);
});
