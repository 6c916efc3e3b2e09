import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';

const browser = useBrowser();
let sandbox: ZimSandbox;
let proxy: Server;
let releaseEvents: () => void;

/** A proxy that holds back the event stream, because Playwright cannot intercept requests of the shared worker. */
beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
  const eventsReleased = new Promise<void>((resolve) => {
    releaseEvents = resolve;
  });
  proxy = createServer((incoming, answer) => {
    const { url = '/', method, headers } = incoming;
    const forward = () => {
      const outgoing = request(sandbox.url + url, { method, headers, agent: false }, (response) => {
        answer.writeHead(response.statusCode ?? 0, response.headers);
        response.pipe(answer);
      });
      outgoing.on('error', () => answer.destroy());
      answer.on('close', () => outgoing.destroy());
      incoming.pipe(outgoing);
    };
    if (url.startsWith('/__/events')) void eventsReleased.then(forward);
    else forward();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await once(proxy, 'close');
  await sandbox.stop();
});

it('disables actions on an app until the first snapshot arrives', async () => {
  const { port } = proxy.address() as AddressInfo;
  const { panel } = await browser.open(`http://127.0.0.1:${port}`);
  const preset = panel('Faults and clock').getByRole('button', { name: 'Reply lost' });
  const call = panel('Place a call').getByRole('button', { name: 'Call', exact: true });
  await preset.waitFor();
  expect([await preset.isDisabled(), await call.isDisabled()]).toEqual([true, true]);

  releaseEvents();
  await preset.click();
  await panel('Faults and clock').getByText('hits: 0 of 1').waitFor();
  expect(sandbox.faults.list()).toMatchObject([{ match: { appId: sandbox.app.appId } }]);
  await call.click();
  await panel('Place a call').getByText('A phone may be ringing').waitFor();
  expect(sandbox.calls.list()).toMatchObject([{ caller: 'alice', ringing: ['bob'] }]);
});

it('keeps text typed before the first snapshot arrives', async () => {
  const { port } = proxy.address() as AddressInfo;
  const { page, panel } = await browser.open(`http://127.0.0.1:${port}`);
  const filter = panel('Requests').getByRole('searchbox', { name: 'Filter' });
  await filter.fill('alice');
  const data = panel('Place a call').getByRole('textbox', { name: 'Extended data' });
  await data.fill('{"room":');
  releaseEvents();
  await page.getByRole('article', { name: 'bob', exact: true }).waitFor();
  await page.keyboard.type('"42"}');
  expect(await data.inputValue()).toBe('{"room":"42"}');
  expect(await filter.inputValue()).toBe('alice');
});
