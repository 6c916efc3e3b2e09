// Prints what a call that waits in the pacer holds, in bytes:
// node --expose-gc --import ../../tools/typescript.mjs waiting-calls.mjs
import { MemoryRings } from '../../libs/zim-call/src/rate-limit/memory-ring.ts';
import { Pacer } from '../../libs/zim-call/src/rate-limit/pacer.ts';
import { resolveRateLimit } from '../../libs/zim-call/src/config/resolve-rate-limit.ts';
import { ManualRuntime } from '../../libs/zim-call/src/testing/manual-runtime.ts';
import { ManualStop } from '../../libs/zim-call/src/testing/manual-stop.ts';

const runtime = new ManualRuntime(0);
const rateLimit = resolveRateLimit({ limit: 1, maxQueued: 50_000, maxQueuedBytes: 2 ** 30 });
const pacer = new Pacer(new MemoryRings(runtime, rateLimit), rateLimit, runtime);

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
  stop: new ManualStop(),
}));
const before = heapBytes();
for (const call of calls) void pacer.take(call);
for (let turns = 0; turns < 50; turns++) await Promise.resolve();
const { queued } = pacer.figures().lanes.normal;
const bytes = (heapBytes() - before) / calls.length;
process.stdout.write(JSON.stringify({ queued, bytes }));
await pacer.close(0);
