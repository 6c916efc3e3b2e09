import type { INestApplication } from '@nestjs/common';
import fc from 'fast-check';
import { CallInviteService, CallOutcomeService, isZimCallError } from 'nestjs-zim-call';
import { SandboxStateError, ZimSandbox } from 'zim-sandbox';
import { startFollowingApp } from '../support/following-app.js';
import { countOf, seed, seeded } from '../support/property.js';
import { CallModel, type ModelAnswer, type Operation, ringSeconds } from './call-model.js';

const callees = ['bob', 'carol', 'dave'];
const runs = countOf({ sample: 25, full: 1_000 });

let sandbox: ZimSandbox;
let app: INestApplication;
let calls: CallInviteService;
let outcomes: CallOutcomeService;

beforeAll(async () => {
  sandbox = await ZimSandbox.start({
    apps: [{ appId: 1, serverSecret: 'server-secret', callbackSecret: 'callback-secret' }],
    users: ['alice', ...callees],
  });
  const following = await startFollowingApp(sandbox);
  app = following.app;
  sandbox.callbacks.setUrl(following.callbackUrl);
  calls = app.get(CallInviteService);
  outcomes = app.get(CallOutcomeService);
});
afterAll(async () => {
  await app.close();
  await sandbox.stop();
});

const user = fc.constantFrom(...callees);
const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('accept' as const, 'reject' as const),
    user,
    via: fc.constantFrom('device' as const, 'api' as const),
  }),
  fc.record({ kind: fc.constantFrom('login' as const, 'logout' as const), user }),
  fc.record({ kind: fc.constant('advance' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ kind: fc.constant('withdraw' as const), user }),
  fc.constant({ kind: 'cancel' as const }),
  fc.record({
    kind: fc.constant('caller-leaves' as const),
    how: fc.constantFrom('logout' as const, 'disconnect' as const),
  }),
);

/** Runs an operation against the sandbox, and returns its result in the model's terms. */
async function perform(callId: string, operation: Operation): Promise<ModelAnswer> {
  const { devices, clock } = sandbox;
  try {
    switch (operation.kind) {
      case 'accept':
      case 'reject': {
        const answer = { callId, userId: operation.user };
        if (operation.via === 'api') await calls[operation.kind](answer);
        else devices[operation.kind](answer);
        break;
      }
      case 'withdraw': {
        // A rejection whose callback comes later cannot be distinguished from a withdrawal.
        await sandbox.callbacks.idle();
        const { users } = await calls.withdraw({ callId, userIds: [operation.user] });
        return users[0]?.result ?? 'no result';
      }
      case 'cancel':
        devices.cancel({ callId, userId: 'alice' });
        break;
      case 'caller-leaves':
        devices[operation.how]({ userId: 'alice' });
        break;
      case 'login':
      case 'logout':
        devices[operation.kind]({ userId: operation.user });
        break;
      case 'advance':
        await clock.advance(operation.seconds * 1000);
    }
    return 0;
  } catch (error) {
    if (error instanceof SandboxStateError) return 'refused';
    if (isZimCallError(error) && error.vendorCode !== undefined) return error.vendorCode;
    throw error;
  }
}

it(
  seeded(`sandbox and outcome agree with the model over ${runs} random calls`),
  async () => {
    const property = fc.asyncProperty(
      fc.subarray(callees, { minLength: 1 }),
      fc.array(operations, { maxLength: 8 }),
      async (userIds, steps) => {
        sandbox.reset();
        const model = new CallModel(userIds);
        const { callId } = await calls.invite({
          fromUserId: 'alice',
          userIds,
          timeoutSeconds: ringSeconds,
        });
        const relevant = steps.filter((step) => !('user' in step) || userIds.includes(step.user));
        const last: Operation = { kind: 'advance', seconds: ringSeconds };
        for (const step of [...relevant, last]) {
          expect([step, await perform(callId, step)]).toEqual([step, model.apply(step)]);
        }
        await sandbox.callbacks.idle();
        const statesAs = (withdrawn: string) =>
          [...model.states].map(([userId, state]) => ({
            userId,
            state: state === 'withdrawn' ? withdrawn : state,
          }));
        expect(sandbox.calls.get(callId)?.callees).toMatchObject(statesAs('rejected'));
        const outcome = await outcomes.outcome(callId, { deadlineMs: 1_000 });
        expect(outcome.callees).toMatchObject(statesAs('cancelled'));
        expect(outcome.result).toBe(model.result);
        if (model.reason !== undefined) expect(outcome.reason).toBe(model.reason);
      },
    );
    await fc.assert(property, { numRuns: runs, seed });
  },
  120_000,
);
