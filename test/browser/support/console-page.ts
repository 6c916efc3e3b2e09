import axe from 'axe-core';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import { launchChromium } from './chromium.js';

/** A tab that shows the console. */
export interface ConsolePage {
  readonly page: Page;
  readonly phone: (userId: string) => Locator;
  readonly panel: (name: string) => Locator;
  /** What a person with a screen reader would stumble over. */
  readonly violations: () => Promise<string[]>;
  readonly screenshot: (name: string) => Promise<void>;
}

const pictures = join(__dirname, '../screenshots');

/**
 * A browser for the tests of a file. After each test its tabs are closed, and whatever they had no business to do
 * fails it: a script error, a breach of the content security policy, a dialog, a request to another host.
 */
export function useBrowser() {
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let misdeeds: string[] = [];
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    const found = misdeeds;
    [contexts, misdeeds] = [[], []];
    expect(found).toEqual([]);
  });

  async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en', ...options });
    contexts.push(context);
    return context;
  }

  return {
    newContext,
    /** The console of a sandbox, in a window of its own or in one that is given. */
    async open(url: string, where: BrowserContextOptions | BrowserContext = {}) {
      const context = 'newPage' in where ? where : await newContext(where);
      const page = await context.newPage();
      // Before the test's own, so that what it waited for is named.
      page.setDefaultTimeout(15_000);
      watch(page, url, (misdeed) => misdeeds.push(misdeed));
      await page.goto(`${url}/__/console`);
      return consolePage(page);
    },
  };
}

function watch(page: Page, url: string, report: (misdeed: string) => void): void {
  page.on('pageerror', (error) => {
    report(`script error: ${error.stack ?? error.message}`);
  });
  page.on('console', (message) => {
    // A sandbox that is away, or that refuses what a test asked for, is not the page's fault.
    const isAnswer = message.text().startsWith('Failed to load resource:');
    if (message.type() === 'error' && !isAnswer) report(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    report(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('blob:'))
      report(`request: ${request.url()}`);
  });
}

function consolePage(page: Page): ConsolePage {
  return {
    page,
    phone: (userId) => page.getByRole('article', { name: userId, exact: true }),
    panel: (name) => page.getByRole('region', { name, exact: true }),
    violations: async () => {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run(),
      );
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('; ')}`,
      );
    },
    screenshot: async (name) => {
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    },
  };
}
