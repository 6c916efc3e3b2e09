import type { Page } from 'playwright-core';
import { useBrowser } from './support/console-page.js';
import { SandboxProcess } from './support/sandbox-process.js';

declare global {
  interface Window {
    ringingPhones: string[];
  }
}

const browser = useBrowser();
let sample: SandboxProcess;
let backendUrl: string;

beforeAll(async () => {
  sample = await SandboxProcess.startSample();
  backendUrl = await sample.backendUrl();
});
afterAll(() => sample.stop());

const plan = {
  version: 1,
  fromUserId: 'alice',
  steps: [
    { userIds: ['bob'], ringSeconds: 60 },
    { userIds: ['carol'], ringSeconds: 30 },
    { userIds: ['dave', 'erin', 'frank'], ringSeconds: 60 },
  ],
  extendedData: 'ticket 42',
};

const post = (url: string, body: object) =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

/** Records in the page which phones ring, each time that this changes. */
async function recordRinging(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = [];
    window.ringingPhones = seen;
    const record = (): void => {
      const names = [...document.querySelectorAll('.phone-ringing .phone-id')].map(
        ({ textContent }) => textContent.trim(),
      );
      const ringing = names.sort().join();
      if (ringing !== (seen.at(-1) ?? '')) seen.push(ringing);
    };
    const options = {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['class'],
    };
    new MutationObserver(record).observe(document.body, options);
  });
}

it('rings the phones of a plan step after step, until one is accepted and the others stop', async () => {
  await post(`${sample.url}/__/seed`, { users: ['dave', 'erin', 'frank'] });
  const { page, phone, panel, screenshot } = await browser.open(sample.url);
  const rings = (userId: string) => phone(userId).getByText('alice is calling').waitFor();
  await phone('frank').waitFor();
  await recordRinging(page);
  const response = await post(`${backendUrl}/rings`, plan);
  expect(response.status).toBe(202);
  const ringUrl = `${backendUrl}${response.headers.get('location') ?? ''}`;

  await rings('bob');
  await phone('bob').getByRole('button', { name: 'Decline' }).click();
  await rings('carol');
  expect(await page.locator('.phone-ringing').count()).toBe(1);
  await screenshot('plan-second-step');

  const clock = panel('Faults and clock');
  await clock.getByRole('spinbutton', { name: 'Seconds' }).fill('30');
  await clock.getByRole('button', { name: 'Advance' }).click();
  for (const userId of ['dave', 'erin', 'frank']) await rings(userId);
  expect(await page.locator('.phone-ringing').count()).toBe(3);
  await screenshot('plan-last-step');

  await phone('dave').getByRole('button', { name: 'Accept' }).click();
  await phone('dave').getByText('Accepted').waitFor();
  for (const userId of ['erin', 'frank']) {
    await phone(userId).getByText('alice is calling').waitFor({ state: 'detached' });
    await phone(userId).getByText('Declined').waitFor();
  }
  expect(await page.locator('.phone-ringing').count()).toBe(0);
  await screenshot('plan-accepted');

  const status: unknown = await (await fetch(ringUrl)).json();
  expect(status).toMatchObject({
    state: 'ended',
    result: { result: 'accepted', acceptedBy: ['dave'], step: 2 },
  });
  // Each phone of a step had stopped before one of the next rang.
  const seen = await page.evaluate(() => window.ringingPhones);
  const stepsOf = (phones: string) =>
    plan.steps.flatMap(({ userIds }, step) =>
      phones.split(',').some((userId) => userIds.includes(userId)) ? [step] : [],
    );
  const steps = seen.filter((phones) => phones !== '').map(stepsOf);
  expect(steps.filter(({ length }) => length !== 1)).toEqual([]);
  expect(steps.flat()).toEqual(steps.flat().sort());
  expect(new Set(steps.flat())).toEqual(new Set([0, 1, 2]));
});
