import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

const beatMs = 10;

/**
 * Reports for how long this process was ready to run and did not: time between two beats in which it did not
 * compute. What it computes itself, however long that takes, is not excused.
 */
export class Heartbeat {
  /** @type {{ fromMs: number, toMs: number, stolenMs: number }[]} */
  #stalls = [];
  #atMs = performance.now();
  #cpuMs = cpuMs();
  #timer = setInterval(() => this.#beat(), beatMs);

  /** @returns what was taken between two times of `performance.now()`, at most all of it */
  stolenMs(fromMs, toMs) {
    this.#beat();
    const sum = this.#stalls
      .filter((stall) => stall.toMs > fromMs && stall.fromMs < toMs)
      .reduce((total, stall) => total + stall.stolenMs, 0);
    return Math.min(sum, toMs - fromMs);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #beat() {
    const [nowMs, nowCpuMs] = [performance.now(), cpuMs()];
    const stolenMs = nowMs - this.#atMs - beatMs - (nowCpuMs - this.#cpuMs);
    if (stolenMs > 1) this.#stalls.push({ fromMs: this.#atMs, toMs: nowMs, stolenMs });
    [this.#atMs, this.#cpuMs] = [nowMs, nowCpuMs];
  }
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
