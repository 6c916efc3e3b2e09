export type ControlResult = { readonly ok: true; readonly content: unknown } | ControlFailure;

export interface ControlFailure {
  readonly ok: false;
  /** The sandbox's message; absent if the sandbox could not be reached. */
  readonly error?: string;
}

const timeoutMs = 30_000;

/** Sends a request to the sandbox's control API. `GET /__/` lists its routes. */
export async function requestControl(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<ControlResult> {
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
