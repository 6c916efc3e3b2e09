/**
 * The query of a request, everything percent-encoded: ids may hold `+ & # % = ?` and spaces, and axios by
 * itself would leave some of them bare. Lists become `Name[]=a&Name[]=b`, as ZIM's GET operations want.
 */
export function toQueryString(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .flatMap(([name, value]) => (Array.isArray(value) ? toList(name, value) : [pair(name, value)]))
    .join('&');
}

function toList(name: string, values: readonly unknown[]): string[] {
  return values.map((value) => pair(`${name}[]`, value));
}

function pair(name: string, value: unknown): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
}
