import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';

const browser = useBrowser();
let sandbox: ZimSandbox;
let door: Server;
let letEventsCome: () => void;

/** The sandbox by another door, at which its events wait: the page's own worker asks for them, out of reach of Playwright. */
beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
  const eventsMayCome = new Promise<void>((resolve) => {
    letEventsCome = resolve;
  });
  door = createServer((incoming, answer) => {
    const { url = '/', method, headers } = incoming;
    const pass = () => {
      const outgoing = request(sandbox.url + url, { method, headers, agent: false }, (response) => {
        answer.writeHead(response.statusCode ?? 0, response.headers);
        response.pipe(answer);
      });
      outgoing.on('error', () => answer.destroy());
      answer.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    };
    if (url.startsWith('/__/events')) void eventsMayCome.then(pass);
    else pass();
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
});
afterEach(async () => {
  door.closeAllConnections();
  door.close();
  await once(door, 'close');
  await sandbox.stop();
});

it('does nothing for an app before it knows which there are', async () => {
  const { port } = door.address() as AddressInfo;
  const { panel } = await browser.open(`http://127.0.0.1:${port}`);
  const preset = panel('Faults and clock').getByRole('button', { name: 'Reply lost' });
  const call = panel('Place a call').getByRole('button', { name: 'Call', exact: true });
  await preset.waitFor();
  expect([await preset.isDisabled(), await call.isDisabled()]).toEqual([true, true]);

  letEventsCome();
  await preset.click();
  await panel('Faults and clock').getByText('hits: 0 of 1').waitFor();
  expect(sandbox.faults.list()).toMatchObject([{ match: { appId: sandbox.app.appId } }]);
  await call.click();
  await panel('Place a call').getByText('It may be ringing').waitFor();
  expect(sandbox.calls.list()).toMatchObject([{ caller: 'alice', ringing: ['bob'] }]);
});

it('keeps what is typed before it knows anything', async () => {
  const { port } = door.address() as AddressInfo;
  const { page, panel } = await browser.open(`http://127.0.0.1:${port}`);
  const filter = panel('Requests').getByRole('searchbox', { name: 'Filter' });
  await filter.fill('alice');
  const data = panel('Place a call').getByRole('textbox', { name: 'Extended data' });
  await data.fill('{"room":');
  letEventsCome();
  await page.getByRole('article', { name: 'bob', exact: true }).waitFor();
  await page.keyboard.type('"42"}');
  expect(await data.inputValue()).toBe('{"room":"42"}');
  expect(await filter.inputValue()).toBe('alice');
});
