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

/** A browser tab with the console. */
export interface ConsolePage {
  readonly page: Page;
  readonly phone: (userId: string) => Locator;
  readonly panel: (name: string) => Locator;
  /** Returns the violations of accessibility rules that axe finds. */
  readonly violations: () => Promise<string[]>;
  readonly screenshot: (name: string) => Promise<void>;
}

export const screenshots = join(__dirname, '../screenshots');

/**
 * Starts a browser for the tests of a file and closes its tabs after each test. A test fails on a script error, a
 * violation of the content security policy, a dialog, or a request to another host.
 */
export function useBrowser() {
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let problems: string[] = [];
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    const found = problems;
    [contexts, problems] = [[], []];
    expect(found).toEqual([]);
  });

  async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en', ...options });
    contexts.push(context);
    return context;
  }

  /** Opens a page of a server, in a new browser context or in a given one. */
  async function visit(
    url: string,
    path: string,
    where: BrowserContextOptions | BrowserContext = {},
  ): Promise<Page> {
    const context = 'newPage' in where ? where : await newContext(where);
    const page = await context.newPage();
    // Shorter than the timeout of a test, so that the error names the missing element.
    page.setDefaultTimeout(15_000);
    watch(page, url, (problem) => problems.push(problem));
    await page.goto(url + path);
    return page;
  }

  return {
    newContext,
    /** Opens the console of a sandbox, in a new browser context or in a given one. */
    async open(url: string, where: BrowserContextOptions | BrowserContext = {}) {
      return consolePage(await visit(url, '/__/console', where));
    },
    visit,
  };
}

function watch(page: Page, url: string, report: (problem: string) => void): void {
  page.on('pageerror', (error) => {
    report(`script error: ${error.stack ?? error.message}`);
  });
  page.on('console', (message) => {
    // Tests stop the sandbox and send requests that it refuses, and the browser logs both.
    const isFailedRequest = message.text().startsWith('Failed to load resource:');
    if (message.type() === 'error' && !isFailedRequest) report(`console: ${message.text()}`);
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
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
  };
}
