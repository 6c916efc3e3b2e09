import { type IncomingMessage } from 'node:http';
import { parseTarget } from './gateway/target.js';

/** Whether somebody has opened the sandbox's address in a browser: no client of ZIM's API asks for HTML. */
export function isBrowserVisit({ method, url, headers }: IncomingMessage): boolean {
  const { path, query } = parseTarget(url ?? '/');
  return (
    (method === 'GET' || method === 'HEAD') &&
    path === '/' &&
    !query.has('Action') &&
    (headers.accept ?? '').includes('text/html')
  );
}
