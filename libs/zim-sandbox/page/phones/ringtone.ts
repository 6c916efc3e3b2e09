/** Two soft tones, a fourth apart, and a rest. */
const tones = [
  { hertz: 440, atSeconds: 0 },
  { hertz: 587.33, atSeconds: 0.28 },
] as const;
const toneSeconds = 0.5;
const loudness = 0.08;
const everyMs = 2200;

/**
 * Rings by the browser's own means; a browser that allows no sound rings silently.
 *
 * @returns stops it at once
 */
export function startRinging(): () => void {
  try {
    const context = new AudioContext();
    // A page that nobody has touched yet may make no sound until somebody does.
    const ring = (): void => {
      play(context);
    };
    context.resume().then(ring).catch(ignore);
    const timer = setInterval(ring, everyMs);
    return () => {
      clearInterval(timer);
      context.close().catch(ignore);
    };
  } catch {
    return ignore;
  }
}

function play(context: AudioContext): void {
  // What is put on a clock that stands still would all sound at once when it goes.
  if (context.state !== 'running') return;
  for (const { hertz, atSeconds } of tones) {
    const start = context.currentTime + atSeconds;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz;
    // Without a ramp it clicks.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(loudness, start + 0.04);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + toneSeconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + toneSeconds);
  }
}

function ignore(): void {
  // Silence is all that comes of it.
}
