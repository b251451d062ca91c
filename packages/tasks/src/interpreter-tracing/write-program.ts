import type { Random } from '@rsim/core';
import type { Condition, Expression, Program, Sign, Statement } from './program.js';

const number = (value: number): Expression => ({ kind: 'number', value });
const variable = (name: string): Expression => ({ kind: 'variable', name });

/** Draws programs of one shape; which variables there are is up to the dice. */
export class ProgramWriter {
  readonly #random: Random;
  readonly #names: readonly string[];
  /** Loop counters that can be read at the place being written. */
  readonly #counters: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#names = random.sample(['a', 'b', 'c', 'x', 'y', 'total', 'count', 'size'], random.integer(2, 3));
  }

  /** 1: assignments; 2: a branch; 3: a loop; 4: a loop with a branch; 5: a loop in a loop with a branch. */
  write(level: number): Program {
    const random = this.#random;
    const start = this.#names.map((name): Statement => ({
      kind: 'assign',
      name,
      value: number(random.integer(1, 12)),
    }));
    const statements = [...start, ...this.#middle(level)];
    // All are printed, so that no step is in vain.
    return { statements, printed: this.#names };
  }

  #middle(level: number): Statement[] {
    if (level === 1) return [this.#update(), this.#update(), this.#update()];
    if (level === 2) return [this.#update(), this.#branch(), this.#update()];
    if (level === 3) return [this.#loop('i', [3, 4], () => [this.#update(), this.#update()]), this.#update()];
    if (level === 4) return [this.#loop('i', [4, 6], () => [this.#branch(), this.#update()])];
    return [
      this.#loop('i', [3, 4], () => [this.#update(), this.#loop('j', [2, 3], () => [this.#branch(), this.#update()])]),
    ];
  }

  #loop(name: string, [fewest, most]: readonly [number, number], body: () => Statement[]): Statement {
    const from = this.#random.integer(0, 2);
    this.#counters.push(name);
    const written = body();
    this.#counters.pop();
    return { kind: 'for', name, from, below: from + this.#random.integer(fewest, most), body: written };
  }

  #branch(): Statement {
    const random = this.#random;
    const otherwise = random.next() < 0.7 ? [this.#update()] : [];
    return { kind: 'if', condition: this.#condition(), then: [this.#update()], otherwise };
  }

  #condition(): Condition {
    const random = this.#random;
    const name = random.pick([...this.#names, ...this.#counters]);
    if (random.next() < 0.35) {
      const divisor = random.integer(2, 3);
      const left: Expression = { kind: 'binary', sign: '%', left: variable(name), right: number(divisor) };
      return { left, comparison: '==', right: number(random.integer(0, divisor - 1)) };
    }
    const right =
      random.next() < 0.4
        ? number(random.integer(2, 20))
        : variable(random.pick(this.#names.filter((other) => other !== name)));
    return { left: variable(name), comparison: random.pick(['<', '>', '<=']), right };
  }

  /** A variable becomes something that depends on itself or another one. */
  #update(): Statement {
    const random = this.#random;
    const name = random.pick(this.#names);
    const leftName = random.next() < 0.7 ? name : random.pick(this.#names);
    const others = [...this.#names, ...this.#counters].filter((other) => other !== leftName);
    const sign: Sign = random.pick(['+', '+', '-', '-', '*', '//', '%']);
    const isSmall = sign === '*' || sign === '//' || sign === '%';
    const right =
      isSmall || random.next() < 0.3
        ? number(isSmall ? random.integer(2, sign === '%' ? 9 : 3) : random.integer(1, 9))
        : variable(random.pick(others));
    return { kind: 'assign', name, value: { kind: 'binary', sign, left: variable(leftName), right } };
  }
}
