import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium, or the one that CHROMIUM_PATH names. */
export async function launchChromium(): Promise<Browser> {
  const { CHROMIUM_PATH } = process.env;
  const executablePath = CHROMIUM_PATH ?? places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      'these tests need Chromium: apt-get install chromium, or name one by CHROMIUM_PATH',
    );
  // Chromium's own sandbox cannot be had as root, nor in most containers.
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--enable-precise-memory-info'],
  });
}
