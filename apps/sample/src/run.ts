export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Runs an entry point. An error is logged, and ends the process with exit code 1. */
export function runMain(main: () => Promise<void>): void {
  main().catch(async (error: unknown) => {
    const { AppLogger } = await import('./http/logger.js');
    new AppLogger().fatal(explain(error));
    process.exitCode = 1;
  });
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'EADDRINUSE'
    ? `${error.message}: another program uses that port; set PORT to another`
    : error.message;
}
