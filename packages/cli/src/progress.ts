import pc from 'picocolors';
import type { PartProgress } from './whole-progress.js';

export interface ProgressOptions {
  /** What is being done, e.g. `training`. */
  readonly label: string;
  /** How much there is to do, in `unit`. */
  readonly total: number;
  /** What is counted, plural, e.g. `episodes`. */
  readonly unit: string;
  /** What this is a part of. */
  readonly within?: PartProgress;
}

/** The part of a stream that progress needs. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Empties the line that the cursor is in. */
const clearedLine = '\r\u001b[2K';

/** A terminal line is redrawn this often; elsewhere a plain line is printed this often. */
const redrawMilliseconds = { terminal: 100, plain: 10_000 };

/** Shows how far long work is: share, rate, time left, and what the work says of itself. One at a time. */
export class Progress {
  #began: number;
  #from = 0;
  #drawn = -Infinity;
  #done = 0;
  #note = '';

  constructor(
    private readonly options: ProgressOptions,
    private readonly stream: ProgressStream = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#began = now();
    options.within?.begin();
    this.#draw();
  }

  /** Work that goes on says where it stands, so that the rate is that of what is done from here. */
  goOnFrom(done: number): void {
    if (done === 0) return;
    this.#began = this.now();
    this.#from = done;
    this.options.within?.goOnFrom(done / this.options.total);
    this.update(done);
  }

  /**
   * @param done how much is done, in the unit of the work.
   * @param note what the work says of itself, e.g. `accuracy 0.61`.
   */
  update(done: number, note = this.#note): void {
    this.#done = done;
    this.#note = note;
    this.options.within?.update(done / this.options.total);
    const interval = this.stream.isTTY ? redrawMilliseconds.terminal : redrawMilliseconds.plain;
    if (this.now() - this.#drawn >= interval) this.#draw();
  }

  /** Prints a line above the progress, and the progress again below it. */
  say(message: string): void {
    this.#clear();
    this.stream.write(`${message}\n`);
    if (this.stream.isTTY) this.#draw();
  }

  /** Leaves one line that says what was done and how long it took. */
  finish(note = this.#note): void {
    this.#clear();
    const { label, unit } = this.options;
    const seconds = (this.now() - this.#began) / 1000;
    this.stream.write(
      `${label}: ${count(this.#done - this.#from)} ${unit} in ${duration(seconds)}${note && ` · ${note}`}\n`,
    );
  }

  #draw(): void {
    this.#drawn = this.now();
    const line = this.#line();
    if (!this.stream.isTTY) {
      this.stream.write(`${line}\n`);
      return;
    }
    this.#clear();
    this.stream.write(line.slice(0, (this.stream.columns ?? 120) - 1));
  }

  #clear(): void {
    if (this.stream.isTTY) this.stream.write(clearedLine);
  }

  #line(): string {
    const { label, total, unit, within } = this.options;
    const seconds = (this.now() - this.#began) / 1000;
    const rate = seconds > 0 ? (this.#done - this.#from) / seconds : 0;
    const parts = [`${label} ${count(this.#done)}/${count(total)} ${unit}`];
    if (total > 0) parts.push(`${Math.floor((100 * this.#done) / total)} %`);
    if (rate > 0) {
      parts.push(rate >= 1 ? `${count(rate)}/s` : `${count(rate * 60)}/min`);
      parts.push(`${duration((total - this.#done) / rate)} left`);
    }
    if (this.#note) parts.push(this.#note);
    return [...(within === undefined ? [] : [within.text]), ...parts].join(' · ');
  }
}

/** Prints a line of its own where a progress line may still stand that its work does not finish any more. */
export function sayInstead(line: string, stream: ProgressStream = process.stderr): void {
  stream.write(`${stream.isTTY ? clearedLine : ''}${line}\n`);
}

/** A heading between the parts of long work. */
export function heading(text: string, stream: ProgressStream = process.stderr): void {
  stream.write(`${pc.bold(text)}\n`);
}

/** `1234.5` → `1 235`, `7.25` → `7.3`. */
function count(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** Seconds as a person says them: `42 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}
