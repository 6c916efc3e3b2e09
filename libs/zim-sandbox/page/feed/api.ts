/** What came of asking the sandbox for something. */
export type Answer = { readonly ok: true; readonly content: unknown } | Failure;

export interface Failure {
  readonly ok: false;
  /** In the sandbox's words; absent if it could not be reached. */
  readonly error?: string;
}

const timeoutMs = 30_000;

/** Asks the control API, which lists itself at `/__/`. */
export async function ask(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const content: unknown = await response.json();
    return response.ok ? { ok: true, content } : { ok: false, ...errorOf(content) };
  } catch {
    return { ok: false };
  }
}

function errorOf(content: unknown): { error?: string } {
  return typeof content === 'object' &&
    content !== null &&
    'error' in content &&
    typeof content.error === 'string'
    ? { error: content.error }
    : {};
}
