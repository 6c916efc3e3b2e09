import { zimRegionUrl } from 'zim-protocol';
import type { ZimCallOptions } from './zim-call-options.js';

/** Where to call, in the order of preference. */
export function toOrigins({ baseUrl, region = 'unified' }: ZimCallOptions): [string, ...string[]] {
  const urls = baseUrl === undefined ? toList(region).map(zimRegionUrl) : toList(baseUrl);
  const [first = zimRegionUrl('unified'), ...others] = urls.map((url) => new URL(url).origin);
  return [first, ...others];
}

/** What is wrong with `baseUrl`. */
export function checkBaseUrls(baseUrl: unknown): string | undefined {
  if (!Array.isArray(baseUrl)) return checkBaseUrl(baseUrl);
  if (baseUrl.length === 0) return 'baseUrl: must not be an empty list';
  return baseUrl.map(checkBaseUrl).find((problem) => problem !== undefined);
}

/** What may be given alone or as a list, as a list. */
export function toList<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

/** What `Array.isArray` would say, but for lists that must not be changed. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function checkBaseUrl(baseUrl: unknown): string | undefined {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) return 'baseUrl: must be a URL, as https://zim-api.zego.im';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'baseUrl: must be https; plain http is for loopback only, for a signed request is a credential';
  }
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search + url.hash) {
    return 'baseUrl: must be scheme, host and port alone, without user, path or query';
  }
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
