import { ringThrough } from './ring.js';

async function main(): Promise<void> {
  for (const adapter of ['express', 'fastify'] as const) {
    process.stdout.write(`${process.version} ${await ringThrough(adapter)}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
