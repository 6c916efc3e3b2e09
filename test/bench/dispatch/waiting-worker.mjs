// Starts plans that wait, and then some that are due.
// Messages: says `{ ready }`; after `{ go }` says `{ waiting }`; after another `{ go }` says `{ taken }`.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ZimCallModule } from 'nestjs-zim-call';
import { OnRing, RingDispatcher, ZimDispatchModule } from 'nestjs-zim-dispatch';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { apps } from './settings.mjs';

const { redisUrl, baseUrl, plans } = JSON.parse(process.argv[2]);
/** Started at the same time: each makes one call. */
const due = Math.min(2_000, plans);
const waitMs = 86_400_000;
/** Until all of the due ones are stored. */
const leadMs = 10_000;
/** Calls of `ring()` under way at a time. */
const concurrency = 200;
const progressEvery = 20_000;

class Starts {
  count = 0;
  lastAtMs = 0;

  onStart() {
    this.count += 1;
    this.lastAtMs = Date.now();
    if (this.count === due) process.emit('all-taken');
  }
}
const { prototype } = Starts;
OnRing('step-started')(prototype, 'onStart', Object.getOwnPropertyDescriptor(prototype, 'onStart'));

const { appId, serverSecret } = apps.ours;
// The quota is not what is measured here.
const rateLimit = { limit: 10_000, windowMs: 10 };
const app = await NestFactory.createApplicationContext(
  {
    module: Starts,
    imports: [
      ZimCallModule.forRoot({ appId, serverSecret, baseUrl, redisUrl, rateLimit }),
      ZimDispatchModule.forRoot({ redisUrl, trustWithdrawal: true, maxOpenPlans: plans + due }),
    ],
  },
  { logger: false },
);
const dispatcher = app.get(RingDispatcher);
const starts = app.get(Starts);

async function ringAll(count, startAtMs) {
  const startAt = new Date(startAtMs).toISOString();
  const steps = [{ userIds: ['callee'], ringSeconds: 1 }];
  let left = count;
  let stored = 0;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await dispatcher.ring({ version: 1, fromUserId: 'caller', steps, startAt });
      stored += 1;
      if (stored % progressEvery === 0) process.send?.({ progress: `${stored} plans wait` });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc');

function usedBytes() {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

process.send?.({ ready: true });
await once(process, 'message');
const beforeBytes = usedBytes();
const startMs = performance.now();
await ringAll(plans, Date.now() + waitMs);
const enqueueMs = performance.now() - startMs;
const processBytes = (usedBytes() - beforeBytes) / plans;
process.send?.({ waiting: { processBytes, enqueuedPerSecond: (1_000 * plans) / enqueueMs } });
await once(process, 'message');
const dueAtMs = Date.now() + leadMs;
const taken = once(process, 'all-taken');
await ringAll(due, dueAtMs);
if (Date.now() > dueAtMs) throw new Error('the plans were due before all of them were stored');
await taken;
process.send?.({ taken: { due, takenPerSecond: (1_000 * due) / (starts.lastAtMs - dueAtMs) } });
