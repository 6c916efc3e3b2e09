import type * as api from '@opentelemetry/api';

/** The package `@opentelemetry/api`. */
export type TelemetryApi = typeof api;

/** The name under which spans and metrics are made. */
export const scopeName = 'nestjs-zim-call';

/** The API, or nothing if the application has none. */
export async function loadTelemetryApi(): Promise<TelemetryApi | undefined> {
  try {
    return await import('@opentelemetry/api');
  } catch {
    return undefined;
  }
}
