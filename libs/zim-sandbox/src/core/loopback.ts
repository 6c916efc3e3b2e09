import { isIP } from 'node:net';

/** Returns whether a URL is on a loopback address. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/** Returns why the sandbox sends no callbacks to a URL, or `undefined` if it does. */
export function refuseCallbackUrl(url: string): string | undefined {
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') return 'must be an http:// address';
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return 'must not hold a user name or a password';
  return isLoopback(url)
    ? undefined
    : 'must be on this machine (localhost, 127.0.0.1 or [::1]): the sandbox is for development and tests, and sends nothing to other machines';
}
