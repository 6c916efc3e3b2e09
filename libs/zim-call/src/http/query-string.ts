/**
 * The query of a request, everything percent-encoded: ids may hold `+ & # % = ?` and spaces, and axios by
 * itself would leave some of them bare. Lists become `Name[]=a&Name[]=b`, as ZIM's GET operations want.
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
