// Prints the memory of a call that waits in the rate limiter, in bytes:
// node --expose-gc --import ../../../../tools/typescript.mjs measure-waiting-calls.mjs
import { memoryLimiters } from '../rate-limit/memory-sliding-window.ts';
import { RateLimiter } from '../rate-limit/rate-limiter.ts';
import { resolveRateLimit } from '../config/resolve-options.ts';
import { ManualRuntime } from './manual-runtime.ts';
import { ManualStop } from './manual-stop.ts';

const runtime = new ManualRuntime();
const rateLimit = resolveRateLimit({ limit: 1, maxQueued: 50_000, maxQueuedBytes: 2 ** 30 });
const limiter = new RateLimiter(memoryLimiters(runtime, rateLimit), { rateLimit }, runtime);

function heapBytes() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const calls = Array.from({ length: 30_000 }, () => ({
  action: 'CallInvite',
  lane: 'normal',
  tenant: '',
  bytes: 100,
  leaveByMs: Number.MAX_VALUE,
  deadline: new ManualStop(),
}));
const before = heapBytes();
for (const call of calls) void limiter.acquire(call);
for (let times = 0; times < 50; times++) await Promise.resolve();
const { queued } = limiter.figures().lanes.normal;
const bytes = (heapBytes() - before) / calls.length;
process.stdout.write(JSON.stringify({ queued, bytes }));
await limiter.close(0);
