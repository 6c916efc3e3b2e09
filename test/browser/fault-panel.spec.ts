import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';

const browser = useBrowser();
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
});
afterEach(() => sandbox.stop());

async function open() {
  const { page, panel } = await browser.open(sandbox.url);
  const faults = panel('Faults and clock');
  const button = (name: string) => faults.getByRole('button', { name, exact: true });
  const press = async (name: string) => {
    await button(name).focus();
    await page.keyboard.press('Enter');
  };
  /** Returns the text of the focused element. */
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  return { page, faults, button, press, focused };
}

it('each preset adds a rule for the selected app by one click', async () => {
  const { button, faults } = await open();
  const names = ['Reply lost', 'Half a reply', 'Throttled for 5 s', 'Clock 11 min off', 'Slow'];
  for (const [index, name] of names.entries()) {
    await button(name).click();
    await button(`Remove rule ${index + 1}`).waitFor();
  }
  const { appId } = sandbox.app;
  expect(sandbox.faults.list()).toMatchObject([
    { match: { appId }, times: 1, fault: { kind: 'reset', when: 'after' } },
    { match: { appId }, times: 1, fault: { kind: 'half-reply' } },
    { match: { appId }, lastsMs: 5000, fault: { kind: 'code', code: 660300005 } },
    { match: { appId }, fault: { kind: 'clock-skew', offsetSeconds: 660 } },
    { match: { appId }, times: 1, fault: { kind: 'delay', ms: 3000 } },
  ]);
  await button('+10 s').click();
  await button('Remove rule 3').waitFor({ state: 'detached' });
  await faults.getByText('10 s ahead of this machine').waitFor();
  expect(sandbox.faults.list().map(({ id }) => id)).toEqual([1, 2, 4, 5]);
});

it('keeps the focus at the rules when they are removed by keyboard', async () => {
  for (let count = 0; count < 3; count++) sandbox.faults.add({ fault: { kind: 'hang' } });
  const { press, focused, button, faults } = await open();
  await press('Remove rule 1');
  await button('Remove rule 1').waitFor({ state: 'detached' });
  expect(await focused()).toBe('Rules');
  await press('Remove all');
  await faults.getByText('No fault rules.').waitFor();
  expect(await focused()).toBe('Rules');
});

it('resets only after a confirmation', async () => {
  sandbox.faults.add({ fault: { kind: 'hang' } });
  const { press, focused, button, faults } = await open();
  await press('Reset sandbox');
  await press('Cancel');
  expect(await button('Confirm reset').count()).toBe(0);
  expect(sandbox.faults.list()).toHaveLength(1);
  await press('Reset sandbox');
  await press('Confirm reset');
  await faults.getByText('No fault rules.').waitFor();
  expect(await focused()).toBe('Reset sandbox');
});
