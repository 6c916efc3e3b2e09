import { type RequestBody } from '../gateway/body.js';

/** One page of the control API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly description: string;
  /** The query parameters it takes. Default: none. */
  readonly query?: readonly string[];
  /** Returns the content of the answer, or a promise of it. */
  run(query: URLSearchParams, body: RequestBody): unknown;
}
