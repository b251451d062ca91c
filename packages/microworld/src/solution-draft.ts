import type { Random } from '@rsim/core';
import type { ErrorRates } from './error-rates.js';
import { formatValue, operations, sameValue, type Value } from './operation.js';
import { factValue, solve, type Argument, type Item, type Program } from './program.js';

/** Ids of the strategies whose steps the microworld can write. */
export type StepKind =
  | 'self-reflection'
  | 'decomposition'
  | 'deep-thinking'
  | 'validation'
  | 'summarization'
  | 'prioritization'
  | 'sub-planning'
  | 'continuation'
  | 'termination';

/**
 * A worked solution in progress: what has been computed so far, what is doubtful, and how each strategy's next step
 * reads. `write` returns the step's text and takes note of what it changed.
 */
export class SolutionDraft {
  /** Values as written, right or wrong. */
  readonly values = new Map<string, Value>();
  planned = false;
  readonly #truth: ReadonlyMap<string, Value>;
  /** Items whose value rests on one that was corrected later. */
  readonly #stale = new Set<string>();
  /** Items computed and not yet validated, in order of computation. */
  #unchecked: string[] = [];
  readonly #guessed = new Set<string>();
  #flagged: string | null = null;
  #split = false;

  constructor(
    readonly program: Program,
    readonly rates: ErrorRates,
  ) {
    const truth = solve(program);
    if (!truth) throw new RangeError('the program cannot be solved');
    this.#truth = truth;
  }

  /** The first item without a valid value, or `null` when all are computed. */
  next(): Item | null {
    return this.program.items.find((item) => !this.values.has(item.name) || this.#stale.has(item.name)) ?? null;
  }

  get answer(): Value {
    return this.#truth.get(this.program.items.at(-1)!.name)!;
  }

  /** Value of the last item as written, if it was reached. */
  get finalValue(): Value | null {
    return this.next() ? null : this.values.get(this.program.items.at(-1)!.name)!;
  }

  get lastValue(): Value | null {
    return [...this.values.values()].at(-1) ?? null;
  }

  get flagged(): string | null {
    return this.#flagged;
  }

  /** The steps that make sense now. */
  applicable(): StepKind[] {
    const computed = this.values.size > 0;
    const unfinished = this.next() !== null;
    return [
      ...(unfinished && !this.planned ? (['decomposition'] as const) : []),
      ...(computed ? (['summarization', 'self-reflection', 'validation'] as const) : []),
      ...(unfinished ? (['prioritization', 'continuation', 'deep-thinking'] as const) : []),
      ...(unfinished && !this.#split ? (['sub-planning'] as const) : []),
      'termination',
    ];
  }

  /** The text of the next step under this strategy; the strategy must be applicable. */
  write(kind: StepKind, random: Random): string {
    switch (kind) {
      case 'decomposition':
        this.planned = true;
        return this.program.items.map((item) => `${item.name}=${this.#symbolic(item)}`).join(', ');
      case 'continuation':
      case 'deep-thinking':
        return this.#compute(this.#nextItem(), kind === 'deep-thinking' || this.#split, random);
      case 'validation':
        return this.#validate(random);
      case 'self-reflection':
        return this.#reflect(random);
      case 'summarization':
        return `so far ${this.#known()
          .map(([name, value]) => `${name}=${formatValue(value)}`)
          .join(', ')}`;
      case 'prioritization':
        return `next ${this.#nextItem().name}=${this.#written(this.#nextItem())}`;
      case 'sub-planning':
        return this.#subPlan();
      case 'termination':
        return `answer: ${formatValue(this.finalValue ?? this.answer)}`;
    }
  }

  /** Notes a value without writing a line (a skipped line), computed exactly from what is written so far. */
  skip(item: Item): void {
    this.#set(item.name, this.#exact(item));
  }

  /** Overwrites an item's value, as a line the grammar does not explain would. */
  overwrite(name: string, value: Value): void {
    this.#set(name, value);
  }

  /** Whether the item's written value differs from what its arguments, as written, give. */
  isWrong(name: string): boolean {
    const item = this.#item(name);
    return !sameValue(this.#exact(item), this.values.get(name)!);
  }

  #nextItem(): Item {
    const item = this.next();
    if (!item) throw new RangeError('every item is already computed');
    return item;
  }

  #item(name: string): Item {
    return this.program.items.find((item) => item.name === name)!;
  }

  #known(): [string, Value][] {
    return [...this.values].filter(([name]) => !this.#stale.has(name));
  }

  #true(argument: Argument): Value {
    if (argument.kind === 'literal') return argument.value;
    if (argument.kind === 'fact') return factValue(this.program, argument.name);
    return this.values.get(argument.name) ?? this.#truth.get(argument.name)!;
  }

  #exact(item: Item): Value {
    return this.#apply(
      item,
      item.arguments.map((argument) => this.#true(argument)),
    );
  }

  /** A slip upstream may make an operation impossible (48-50); the author then writes the subject unchanged. */
  #apply(item: Item, args: readonly Value[]): Value {
    return operations[item.operation].apply(args) ?? args[0]!;
  }

  #read(argument: Argument, misread: number, random: Random): Value {
    const twin = argument.kind === 'fact' ? this.program.twins[argument.name] : undefined;
    if (twin !== undefined && random.next() < misread) return factValue(this.program, twin);
    return this.#true(argument);
  }

  #readsTwin(item: Item): string | null {
    const argument = item.arguments.find((each) => each.kind === 'fact' && this.program.twins[each.name] !== undefined);
    return argument?.kind === 'fact' ? argument.name : null;
  }

  #compute(item: Item, careful: boolean, random: Random): string {
    const operation = operations[item.operation];
    const args = item.arguments.map((argument) => this.#read(argument, this.rates.misread, random));
    const exact = this.#apply(item, args);
    const hard = operation.hard(args);
    const guessed = !careful && hard && random.next() < this.rates.guess;
    const slip = careful ? this.rates.slipCareful : hard ? this.rates.slipHard : this.rates.slipEasy;
    const value = guessed ? guess(exact, random) : random.next() < slip ? corrupt(exact, random) : exact;
    this.#set(item.name, value);
    this.#split = false;
    this.#unchecked = [...this.#unchecked.filter((name) => name !== item.name), item.name];
    if (guessed) this.#guessed.add(item.name);
    else this.#guessed.delete(item.name);
    const pieces = careful ? operation.scratch(args) : [];
    const scratch = pieces.length > 0 ? ` (${pieces.join(',')})` : '';
    const hedge = guessed ? (typeof value === 'number' ? 'about ' : 'maybe ') : '';
    return `${item.name}=${this.#written(item, args)}${scratch}=${hedge}${formatValue(value)}`;
  }

  #validate(random: Random): string {
    const unchecked = this.#unchecked.filter((name) => !this.#stale.has(name));
    const name = this.#flagged ?? unchecked.at(-1) ?? [...this.values.keys()].at(-1)!;
    const item = this.#item(name);
    const args = item.arguments.map((argument) => this.#read(argument, this.rates.misreadValidating, random));
    const exact = this.#apply(item, args);
    const value = random.next() < this.rates.slipValidating ? corrupt(exact, random) : exact;
    const before = this.values.get(name)!;
    this.#unchecked = this.#unchecked.filter((other) => other !== name);
    this.#guessed.delete(name);
    this.#flagged = null;
    this.#set(name, value);
    const verdict = sameValue(before, value) ? 'ok' : 'wrong';
    return `${name}:${this.#written(item, args)}=${formatValue(value)} ${verdict}`;
  }

  /** Names what the text shows to be doubtful: a guess first, then a look-up among look-alikes. */
  #reflect(random: Random): string {
    const open = this.#unchecked.filter((name) => !this.#stale.has(name));
    let name = open.find((each) => this.#guessed.has(each)) ?? open.find((each) => this.#readsTwin(this.#item(each)));
    if (random.next() < this.rates.misjudge)
      name = name === undefined ? random.pick([...this.values.keys()]) : undefined;
    this.#flagged = name ?? null;
    if (name === undefined) return 'looks fine';
    if (this.#guessed.has(name)) return `${name} is a guess`;
    const twin = this.#readsTwin(this.#item(name));
    return twin ? `${name} may misread ${twin}` : `${name} looks wrong`;
  }

  #subPlan(): string {
    const item = this.#nextItem();
    this.#split = true;
    const args = item.arguments.map((argument) => this.#true(argument));
    const pieces = operations[item.operation].scratch(args).map((piece) => piece.split('=')[0]);
    return `split ${item.name}: ${pieces.length > 0 ? pieces.slice(0, 3).join(', ') : this.#written(item)}`;
  }

  #set(name: string, value: Value): void {
    const before = this.values.get(name);
    const changed = before === undefined || !sameValue(before, value);
    this.values.delete(name);
    this.values.set(name, value);
    this.#stale.delete(name);
    if (!changed) return;
    for (const item of this.program.items) {
      const rests = item.arguments.some(
        (argument) => argument.kind === 'item' && (argument.name === name || this.#stale.has(argument.name)),
      );
      if (rests && this.values.has(item.name)) this.#stale.add(item.name);
    }
  }

  #symbolic(item: Item): string {
    return operations[item.operation].expression(
      item.arguments.map((argument) => (argument.kind === 'literal' ? String(argument.value) : argument.name)),
    );
  }

  /** The expression with values filled in; a looked-up number stands beside its name (`tax 12`). */
  #written(item: Item, args = item.arguments.map((argument) => this.#true(argument))): string {
    return operations[item.operation].expression(
      item.arguments.map((argument, index) => {
        const value = args[index]!;
        const named = argument.kind === 'fact' && typeof value === 'number';
        return named ? `${argument.name} ${formatValue(value)}` : formatValue(value);
      }),
    );
  }
}

/** A round guess of a number; a list recalled with two neighbours exchanged or one value lost. */
function guess(exact: Value, random: Random): Value {
  if (typeof exact === 'number') return Math.max(10, Math.round(exact / 10) * 10);
  return random.next() < 0.85 ? corrupt(exact, random) : exact;
}

/** A plausible slip: off by one or by ten; in a list, neighbours exchanged, one value lost, or one off by one. */
export function corrupt(exact: Value, random: Random): Value {
  if (typeof exact === 'number') {
    const offset = random.pick(random.next() < 0.5 ? [-1, 1] : [-10, 10]);
    return Math.min(999, exact + offset < 0 ? exact + 1 : exact + offset);
  }
  const values = [...exact];
  const kind = random.next();
  const index = random.integer(0, Math.max(0, values.length - 2));
  if (kind < 0.45 && values.length > 1 && values[index] !== values[index + 1]) {
    [values[index], values[index + 1]] = [values[index + 1]!, values[index]!];
  } else if (kind < 0.65 && values.length > 2) {
    values.splice(index, 1);
  } else {
    values[index] = values[index]! + 1;
  }
  return values;
}
