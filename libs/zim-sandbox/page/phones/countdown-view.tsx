import { type ComponentChildren } from 'preact';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { useNow } from '../feed/hooks.js';
import { useTexts } from '../shared/contexts.js';
import { countdown } from './countdown.js';
import { phonesTexts } from './texts.js';

const tickMs = 250;
const radius = 46;
const circumference = 2 * Math.PI * radius;

interface CountdownProps {
  readonly call: ConsoleCall;
}

/** Shows the remaining ring time as a ring around the caller's avatar. */
export function CountdownRing({
  call,
  children,
}: CountdownProps & { readonly children: ComponentChildren }) {
  const { seconds, fraction } = countdown(call, useNow(tickMs));
  return (
    <>
      <div class="countdown-ring">
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle class="countdown-track" cx="50" cy="50" r={radius} />
          <circle
            class="countdown-remaining"
            cx="50"
            cy="50"
            r={radius}
            stroke-dasharray={circumference}
            stroke-dashoffset={circumference * (1 - fraction)}
          />
        </svg>
        {children}
      </div>
      <Seconds count={seconds} />
    </>
  );
}

/** Shows the remaining ring time as a bar, where the phone does not ring. */
export function CountdownBar({ call }: CountdownProps) {
  const { seconds, fraction } = countdown(call, useNow(tickMs));
  return (
    <div class="countdown-bar">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="countdown-track" width="100" height="4" />
        <rect class="countdown-remaining" width={100 * fraction} height="4" />
      </svg>
      <Seconds count={seconds} />
    </div>
  );
}

/** Screen readers do not announce changes of a `timer`. */
function Seconds({ count }: { readonly count: number }) {
  const t = useTexts(phonesTexts);
  return (
    <span class="countdown-seconds" role="timer">
      {t.seconds(count)}
    </span>
  );
}
