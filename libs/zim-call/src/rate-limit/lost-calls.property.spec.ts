import fc from 'fast-check';
import { countOf, seed, seeded } from '../../../../test/support/property.js';
import { SchedulerScene } from '../testing/scheduler-scene.js';

const step = fc.oneof(
  fc.record({
    calls: fc.integer({ min: 1, max: 30 }),
    withinMs: fc.integer({ min: 50, max: 9_000 }),
  }),
  fc.record({ stallMs: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ runMs: fc.integer({ min: 1, max: 300 }) }),
);

describe(seeded('SlotScheduler, under stalls, late replies and failures'), () => {
  it('settles every call by its deadline, and never lets more than 20 leave in a second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 5, maxLength: 5 }),
        async (steps, answerMs) => {
          const scene = new SchedulerScene();
          const sentAtMs: number[] = [];
          let sent = 0;
          scene.onPermit = (permit) => {
            const delayMs = answerMs[sent++ % answerMs.length] ?? 0;
            if (delayMs > 110) {
              permit.ended();
              return;
            }
            permit.sent();
            sentAtMs.push(scene.runtime.nowMs);
            if (delayMs === 0) permit.answered();
            else
              scene.runtime.setTimer(delayMs, () => {
                permit.answered();
              });
          };
          let made = 0;
          for (const one of steps) {
            if ('calls' in one) {
              scene.calls(one.calls, `call${made}-`, { withinMs: one.withinMs });
              made += one.calls;
            } else if ('stallMs' in one) await scene.stall(one.stallMs);
            else await scene.run(one.runMs);
          }
          await scene.run(9_100);
          expect(scene.settled).toHaveLength(made);
          expect(scene.runtime.pendingTimers).toBe(0);
          for (const [index, atMs] of sentAtMs.slice(20).entries()) {
            expect(atMs - (sentAtMs[index] ?? 0)).toBeGreaterThanOrEqual(1_000);
          }
        },
      ),
      { seed, numRuns: countOf({ sample: 40, full: 400 }) },
    );
  }, 60_000);
});
