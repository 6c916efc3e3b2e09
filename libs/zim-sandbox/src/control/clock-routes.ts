import { type SandboxClock } from '../core/clock.js';
import { ControlError, readObject } from './control-request.js';
import { type Route } from './routes.js';

/** The sandbox's time. */
export function createClockRoutes(clock: SandboxClock): Route[] {
  const state = () => ({ now: new Date(clock.now()).toISOString() });
  return [
    { method: 'GET', path: '/__/clock', description: "the sandbox's time", run: state },
    {
      method: 'POST',
      path: '/__/clock/advance',
      description: 'moves it forward, and answers once all that was due has happened: { "ms" }',
      run: async (_, body) => {
        const { ms } = readObject(body, ['ms']);
        if (typeof ms !== 'number' || !(ms >= 0) || ms > maxAdvanceMs)
          throw new ControlError(400, `ms must be a number from 0 to ${maxAdvanceMs}.`);
        await clock.advance(ms);
        return state();
      },
    },
  ];
}

/** A year: enough for anything, and no date that cannot be written. */
const maxAdvanceMs = 366 * 24 * 3600 * 1000;
