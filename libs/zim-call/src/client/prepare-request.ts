import { findZimAction } from 'zim-protocol';
import { invalidRequest } from '../errors/errors.js';
import { ownFields } from '../config/request-options.js';
import type { ZimHttpRequest } from '../http/zim-http.service.js';
import { isPublicParameter, toQueryString } from '../http/request-params.js';

/** The business fields of a request; the public parameters and the signature are added on the way. */
export interface ZimApiRequest {
  /** For the query. Everything is percent-encoded; a list is sent as `Name[]=a&Name[]=b`. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
  /** For the JSON body; its presence makes the request a POST where the action does not say. */
  readonly body?: object;
}

/**
 * A request in its form on the wire.
 * @throws ZimInvalidRequestError if it has none
 */
export function prepareRequest(action: string, request: ZimApiRequest): ZimHttpRequest {
  const { query, body } = ownFields(request);
  const params = withAction(action, query);
  try {
    toQueryString(params);
  } catch {
    throw invalidRequest(
      [{ path: 'query', message: 'query must be text without broken characters' }],
      action,
    );
  }
  return {
    method: findZimAction(action)?.method ?? (body === undefined ? 'GET' : 'POST'),
    params,
    body: body === undefined ? undefined : toJson(action, body),
  };
}

/** `Action` stands first, as on the vendor's pages, and cannot be replaced by a field of the query. */
function withAction(action: string, query: ZimApiRequest['query'] = {}): Record<string, unknown> {
  const given = Object.entries(query).filter(
    ([name, value]: [string, unknown]) =>
      name !== 'Action' && !isPublicParameter(name) && value !== undefined,
  );
  return { Action: action, ...Object.fromEntries(given) };
}

function toJson(action: string, body: object): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw invalidRequest(
      [{ path: 'body', message: 'body must be plain data that JSON can hold' }],
      action,
    );
  }
}
