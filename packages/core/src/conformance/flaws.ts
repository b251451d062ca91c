import { messageOf } from '../errors.js';

/** Collects what is wrong, as sentences, instead of stopping at the first. */
export class Flaws {
  readonly found: string[] = [];

  /** Notes `flaw` unless `isKept`. */
  expect(isKept: boolean, flaw: string): void {
    if (!isKept && !this.found.includes(flaw)) this.found.push(flaw);
  }

  /** Runs one part of a suite; that it throws is a flaw of its own. */
  async part(what: string, work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.found.push(`${what}: ${messageOf(thrown)}`);
    }
  }
}

/** Whether two pieces of plain data are the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
