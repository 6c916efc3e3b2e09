// Keeps one core busy until its parent ends.
import { setImmediate } from 'node:timers';
import { nowMs } from './clock.mjs';

const sliceMs = 50;

/** In slices, to notice that the parent is gone. */
function spin() {
  const untilMs = nowMs() + sliceMs;
  while (nowMs() < untilMs);
  setImmediate(spin);
}

process.on('disconnect', () => process.exit());
spin();
