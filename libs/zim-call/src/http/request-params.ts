/** Signing adds the public parameters behind those of the operation, in the order of the vendor's pages. */
export const firstPublicParameter = 'AppId';

const publicParameters = new Set<string>([
  firstPublicParameter,
  'SignatureNonce',
  'Timestamp',
  'SignatureVersion',
  'Signature',
]);

/** Whether signing sets this parameter, whatever value the request had for it. */
export function isPublicParameter(name: string): boolean {
  return publicParameters.has(name);
}

/**
 * Encodes the query of a request, every reserved character percent-encoded: ids may hold `+ & # % = ?` and spaces,
 * and axios leaves some of them bare. Lists become `Name[]=a&Name[]=b`, as ZIM's GET operations expect.
 * @throws URIError for text with a lone surrogate
 */
export function toQueryString(params: Readonly<Record<string, unknown>>): string {
  let query = '';
  for (const [name, value] of Object.entries(params)) {
    if (!Array.isArray(value)) query += pair(name, value);
    else for (const item of value) query += pair(`${name}[]`, item);
  }
  return query.slice(1);
}

function pair(name: string, value: unknown): string {
  return `&${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
}
