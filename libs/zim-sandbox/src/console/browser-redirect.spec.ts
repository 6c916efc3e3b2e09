import { ZimSandbox } from '../sandbox.js';

let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start();
});
afterEach(() => sandbox.stop());

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const get = (path: string, Accept: string, method = 'GET') =>
  fetch(sandbox.url + path, { method, redirect: 'manual', headers: { Accept } });

it.each(['/', '/?utm=1'])('redirects a browser that opens %s to the console', async (path) => {
  const response = await get(path, browser);
  expect([response.status, response.headers.get('Location')]).toEqual([302, '/__/console']);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(sandbox.journal.entries()).toEqual([]);
});

it.each([
  ['a client that accepts anything', '/', '*/*', 'GET', 100000006],
  ['a client that accepts JSON', '/', 'application/json', 'GET', 100000006],
  ['a browser with an Action', '/?Action=CallAccept', browser, 'GET', 100000001],
  ['a browser with an empty Action', '/?Action=', browser, 'GET', 100000006],
  ['a form post', '/', browser, 'POST', 100000006],
  ['a browser at another path', '/v1', browser, 'GET', 100000000],
])('answers %s as ZIM does: %s, Accept: %s, %s', async (_, path, accept, method, code) => {
  const response = await get(path, accept, method);
  expect(await response.json()).toMatchObject({ Code: code });
  expect(sandbox.journal.entries()).toMatchObject([{ code }]);
});
