import { itemNames, type Argument, type Item, type OperationName } from '@rsim/microworld';

/** Builds a solution item by item; each item's subject is by default the one before. */
export class Chain {
  readonly items: Item[] = [];
  #subject: Argument;

  constructor(subject: Argument) {
    this.#subject = subject;
  }

  get length(): number {
    return this.items.length;
  }

  get subject(): Argument {
    return this.#subject;
  }

  /** Adds `subject OPERATION operand` and makes it the new subject. */
  then(operation: OperationName, operand?: Argument): this {
    this.#subject = this.aside(operation, this.#subject, operand);
    return this;
  }

  /** Adds an item that is not (yet) the subject, and returns a reference to it. */
  aside(operation: OperationName, subject: Argument, operand?: Argument): Argument {
    const name = itemNames[this.items.length];
    if (name === undefined) throw new RangeError(`a problem has at most ${itemNames.length} items`);
    this.items.push({ name, operation, arguments: operand ? [subject, operand] : [subject] });
    return { kind: 'item', name };
  }
}

export const literal = (value: number): Argument => ({ kind: 'literal', value });
export const fact = (name: string): Argument => ({ kind: 'fact', name });
