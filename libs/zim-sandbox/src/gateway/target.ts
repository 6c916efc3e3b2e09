/** The path and the query of a request line. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Splits a request target. `http://host?Action=…` has no path and means `/`; a proxy-style request line carries the
 * whole URL. The query is form-encoded: `+` is a space.
 */
export function parseTarget(target: string): RequestTarget {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const queryStart = local.indexOf('?');
  const path = queryStart === -1 ? local : local.slice(0, queryStart);
  return {
    path: path === '' ? '/' : path,
    query: new URLSearchParams(queryStart === -1 ? '' : local.slice(queryStart + 1)),
  };
}
