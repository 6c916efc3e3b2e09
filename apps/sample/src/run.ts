import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Environment, servesApiDocs } from './config/environment.js';

/** Listens, and returns the URL. An application that cannot listen is closed. */
export async function listen(
  app: NestFastifyApplication,
  { HOST, PORT }: Environment,
): Promise<string> {
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    await app.close();
    throw error;
  }
  return app.getUrl();
}

/** The lines that say where the backend is. */
export function describeBackend(url: string, environment: Environment): string {
  const docs = servesApiDocs(environment) ? `API docs  ${url}/docs\n` : '';
  return `\nBackend   ${url}\n${docs}`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs an entry point. What it throws is logged, and ends the process with exit code 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch(async (error: unknown) => {
    const { JsonLogger } = await import('./logging/json-logger.js');
    new JsonLogger(['fatal']).fatal(explain(error));
    process.exitCode = 1;
  });
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE'
    ? `${error.message}: another program uses that port; set PORT to another`
    : error.message;
}
