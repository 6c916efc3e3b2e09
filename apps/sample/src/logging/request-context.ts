import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const storage = new AsyncLocalStorage<string>();

/** The id of the request that is being answered, wherever in the code it is asked for. */
export function currentRequestId(): string | undefined {
  return storage.getStore();
}

/** Runs everything that answers one request under its id. */
export function runWithRequestId(requestId: string, work: () => void): void {
  storage.run(requestId, work);
}

/** The id a caller sent as `X-Request-Id`, if it is harmless in a log, else a new one. */
export function chooseRequestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.-]{1,64}$/.test(header) ? header : randomUUID();
}
