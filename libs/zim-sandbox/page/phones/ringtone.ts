const tones = [
  { hertz: 440, atSeconds: 0 },
  { hertz: 587.33, atSeconds: 0.28 },
] as const;
const toneSeconds = 0.5;
const volume = 0.08;
const intervalMs = 2200;

/**
 * Plays the ringtone with Web Audio; silent if the browser does not allow sound.
 *
 * @returns a function that stops it
 */
export function startRinging(): () => void {
  try {
    const context = new AudioContext();
    // Browsers allow no sound until the user interacts with the page.
    const ring = (): void => {
      play(context);
    };
    context.resume().then(ring).catch(ignore);
    const timer = setInterval(ring, intervalMs);
    return () => {
      clearInterval(timer);
      context.close().catch(ignore);
    };
  } catch {
    return ignore;
  }
}

function play(context: AudioContext): void {
  // Tones scheduled while the context is suspended would all play at once when it resumes.
  if (context.state !== 'running') return;
  for (const { hertz, atSeconds } of tones) {
    const start = context.currentTime + atSeconds;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.frequency.value = hertz;
    // Without a ramp the tone would click.
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.04);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + toneSeconds);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + toneSeconds);
  }
}

function ignore(): void {
  // Without sound the page still shows the call.
}
