/** What came of sending a callback once more. */
export interface Resent {
  readonly status?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Reads the sandbox's answer; `undefined` if it is none. */
export function readResent(content: unknown): Resent | undefined {
  const delivery = fieldOf(content, 'delivery');
  const attempts = fieldOf(delivery, 'attempts');
  const last: unknown = Array.isArray(attempts) ? attempts.at(-1) : undefined;
  const [status, error] = [fieldOf(last, 'status'), fieldOf(last, 'error')];
  if (typeof status === 'number') return { status };
  return typeof error === 'string' ? { error } : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
