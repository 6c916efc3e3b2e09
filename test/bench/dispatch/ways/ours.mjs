import { isZimCallError } from 'nestjs-zim-call';
import { OnRing, RingDispatcher, ZimDispatchModule } from 'nestjs-zim-dispatch';
import { lastValueFrom, toArray } from 'rxjs';
import { stepsOf } from '../plans.mjs';

class Ends {
  constructor(onEnd) {
    this.notify = onEnd;
  }

  async onEnd(id) {
    await this.notify(id);
  }
}
const { prototype } = Ends;
OnRing('ended')(prototype, 'onEnd', Object.getOwnPropertyDescriptor(prototype, 'onEnd'));

/** Ring plans: what this package offers. */
export function create({ redisUrl, onEnd }) {
  return {
    imports: [ZimDispatchModule.forRoot({ redisUrl })],
    providers: [{ provide: Ends, useValue: new Ends(onEnd) }],
    open: (app) => {
      const dispatcher = app.get(RingDispatcher);
      return {
        ring: (plan) =>
          dispatcher.ring({
            version: 1,
            fromUserId: 'caller',
            steps: stepsOf(plan),
            deadlineSeconds: plan.deadlineSeconds,
            idempotencyKey: plan.key,
          }),
        read: (id) => read(dispatcher, id),
      };
    },
  };
}

async function read(dispatcher, id) {
  try {
    const { state, createdAt, deadlineAt, result } = await dispatcher.status(id);
    const times = { createdAtMs: createdAt.getTime(), deadlineAtMs: deadlineAt.getTime() };
    if (state !== 'ended') return { isKnown: true, ...times };
    const events = await lastValueFrom(dispatcher.events(id).pipe(toArray()));
    const history = events.map(({ type, step, atMs }) => ({ type, step, atMs }));
    return { isKnown: true, ...times, ...result, endedAtMs: events.at(-1).atMs, history };
  } catch (error) {
    if (isZimCallError(error) && error.kind === 'call-not-found') return { isKnown: false };
    throw error;
  }
}
