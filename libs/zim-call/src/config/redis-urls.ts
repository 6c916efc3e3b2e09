export const redisUrlProblem =
  'redisUrl: must be a URL, as redis://127.0.0.1:6379, with user and password percent-encoded, or a list of such of the nodes of a cluster';

/** Whether ioredis can read it: what it cannot, it tells with the whole URL, password and all. */
export function isRedisUrl(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return /^unix:\/\/./.test(value) || isNetworkUrl(value);
}

/** Nodes of a cluster. */
export function isRedisNodes(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isNetworkUrl);
}

function isNetworkUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !/^rediss?:\/\/./.test(value)) return false;
  try {
    const { hostname, username, password } = new URL(value);
    decodeURIComponent(username + password);
    return hostname !== '';
  } catch {
    return false;
  }
}
