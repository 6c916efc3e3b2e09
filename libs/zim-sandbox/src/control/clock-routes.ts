import { type SandboxClock } from '../core/clock.js';
import { ControlError, readObject, type Route } from './control-request.js';

/** Shows and advances the sandbox's time. */
export function createClockRoutes(clock: SandboxClock): Route[] {
  const state = () => ({ now: new Date(clock.now()).toISOString() });
  return [
    { method: 'GET', path: '/__/clock', description: "the sandbox's time", run: state },
    {
      method: 'POST',
      path: '/__/clock/advance',
      description:
        'advances the time, and responds when every timer that was due has fired: { "ms" }',
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

/** A year, so that every date stays representable. */
const maxAdvanceMs = 366 * 24 * 3600 * 1000;
