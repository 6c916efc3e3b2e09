import type { SandboxOptions, ZimSandbox } from 'zim-sandbox';

/** Users that the built-in sandbox knows from the start. */
export const sandboxUsers = ['alice', 'bob', 'carol'];

type SandboxApp = NonNullable<SandboxOptions['apps']>[number];

/** Starts a sandbox in this process; where the preferred port is taken, on any free one. */
export async function startSandbox(app: SandboxApp, preferredPort: number): Promise<ZimSandbox> {
  // Loaded only here: a production image need not hold the sandbox.
  const { ZimSandbox } = await import('zim-sandbox');
  const startAt = (port: number) => ZimSandbox.start({ port, apps: [app], users: sandboxUsers });
  try {
    return await startAt(preferredPort);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    return startAt(0);
  }
}

function isPortTaken(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return false;
  return 'code' in cause && cause.code === 'EADDRINUSE';
}
