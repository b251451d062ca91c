import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

/** How often time and memory are looked at, and how long an interpreter may take to notice that time is up. */
const everyMilliseconds = 10;
const graceMilliseconds = 250;
/** A program may also wait at no cost of processor time: so many times the limit by the clock ends it, too. */
const clockFactor = 3;

/** Limits of one request. `ended` resolves to null when the threads have to be ended by force. */
export class Watch {
  /** Which limit was reached: `timeout`, `memory`, or null. */
  reason = null;
  #timer;

  /**
   * @param seconds processor time, of all threads of this process together.
   * @param threads those that hold the program: once they give up, a judge that waits for them goes on by itself.
   */
  constructor(seconds, residentBytes, threads) {
    const clock = performance.now();
    const cpu = process.cpuUsage();
    let interrupted = 0;
    this.ended = new Promise((resolve) => {
      const look = () => {
        const now = performance.now();
        const { user, system } = process.cpuUsage(cpu);
        if (process.memoryUsage.rss() > residentBytes) {
          this.reason ??= 'memory';
          resolve(null);
        } else if (
          this.reason === null &&
          (user + system > seconds * 1e6 || now - clock > seconds * clockFactor * 1000)
        ) {
          this.reason = 'timeout';
          interrupted = now;
        }
        if (this.reason === null) return;
        for (const thread of threads) thread.interrupt();
        if (now - interrupted > graceMilliseconds) resolve(null);
      };
      this.#timer = setInterval(look, everyMilliseconds);
    });
  }

  stop() {
    clearInterval(this.#timer);
  }
}
