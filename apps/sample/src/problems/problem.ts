import { currentRequestId } from '../logging/request-context.js';

/** Adds the id of the request in our logs to a problem: RFC 9457 calls it the instance. */
export function withInstance<T extends object>(problem: T): T & { instance?: string } {
  const requestId = currentRequestId();
  return requestId === undefined ? problem : { ...problem, instance: `urn:request:${requestId}` };
}
