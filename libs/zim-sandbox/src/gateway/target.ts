/** The path and the query of a request line. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * Splits a request target. `http://host?Action=…` has no path and means `/`; a proxy-style request line
 * carries the whole address. The query follows form rules: `+` is a space.
 */
export function parseTarget(target: string): RequestTarget {
  const local = target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = local.indexOf('?');
  const path = mark === -1 ? local : local.slice(0, mark);
  return {
    path: path === '' ? '/' : path,
    query: new URLSearchParams(mark === -1 ? '' : local.slice(mark + 1)),
  };
}
