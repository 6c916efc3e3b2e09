import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Launches the browser at CHROMIUM_PATH, or an installed Chromium or Chrome. */
export async function launchChromium(): Promise<Browser> {
  const { CHROMIUM_PATH } = process.env;
  const executablePath = CHROMIUM_PATH ?? paths.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error(
      'These tests need Chromium: run apt-get install chromium, or set CHROMIUM_PATH.',
    );
  // Chromium's own sandbox does not work as root, nor in most containers.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
}
