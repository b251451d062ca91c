import type { Random } from '@rsim/core';
import { operations, type OperationName, type Value } from '@rsim/microworld';
import { Chain, fact, literal } from '../chain.js';
import { drawFacts } from '../facts.js';
import type { ProgramDraft } from '../program-suite.js';

const constants = {
  twins: [
    ['low', 'law'],
    ['top', 'tap'],
    ['pin', 'pen'],
  ],
  plain: ['big', 'key', 'far', 'mid'],
} as const;

const unary: readonly (readonly [OperationName, string])[] = [
  ['reverse', 'Reverse it.'],
  ['sort', 'Sort it.'],
  ['rest', 'Drop the first.'],
  ['front', 'Drop the last.'],
  ['swap', 'Swap both ends.'],
];
const reductions: readonly (readonly [OperationName, string])[] = [
  ['sum', 'sum'],
  ['largest', 'largest'],
  ['smallest', 'smallest'],
  ['first', 'first'],
  ['last', 'last'],
];

/** A small program over a list, with named constants; at the end the list or one number of it is asked for. */
export function writeListProgram(level: number, random: Random): ProgramDraft | null {
  const drawn = drawFacts(constants, random.integer(2, 3), 1, 9, random);
  const start = Array.from({ length: random.integer(3, 4) }, () => random.integer(0, 9));
  const sentences = [
    `Let xs=${start.join(',')}.`,
    ...drawn.facts.map(({ name, value }) => `Let ${name}=${String(value)}.`),
  ];
  const chain = new Chain(fact('xs'));
  const reduces = random.next() < 0.6;
  let value: Value = start;
  for (let tries = 0; chain.length < (reduces ? level - 1 : level); tries += 1) {
    if (tries > 60) return null;
    const step = instruction(drawn.pick(random), random);
    const changed = operations[step.operation].apply([value, step.operand?.value ?? 0]);
    if (!isUsable(changed, value)) continue;
    value = changed;
    chain.then(
      step.operation,
      step.operand && (step.operand.name === undefined ? literal(step.operand.value) : fact(step.operand.name)),
    );
    sentences.push(step.sentence);
  }
  if (reduces) {
    const [operation, word] = random.pick(reductions);
    chain.then(operation);
    sentences.push(`What is the ${word}?`);
  } else {
    sentences.push('What is the list?');
  }
  return {
    question: sentences.join(' '),
    program: { facts: [{ name: 'xs', value: start }, ...drawn.facts], twins: drawn.twins, items: chain.items },
  };
}

/** A step must change the list and leave two to five values below twenty. */
function isUsable(changed: Value | null, before: Value): changed is readonly number[] {
  if (changed === null || typeof changed === 'number') return false;
  return (
    changed.length >= 2 &&
    changed.length <= 5 &&
    changed.every((each) => each < 20) &&
    String(changed) !== String(before)
  );
}

interface Instruction {
  readonly operation: OperationName;
  readonly operand?: { readonly value: number; readonly name?: string };
  readonly sentence: string;
}

function instruction(constant: { name: string; value: number }, random: Random): Instruction {
  const operand = random.next() < 0.75 ? constant : { value: random.integer(1, 4) };
  const word = 'name' in operand ? operand.name : String(operand.value);
  switch (random.weighted([0.42, 0.2, 0.1, 0.08, 0.2])) {
    case 0: {
      const [operation, sentence] = random.pick(unary);
      return { operation, sentence };
    }
    case 1:
      return { operation: 'append', operand, sentence: `Append ${word}.` };
    case 2:
      return { operation: 'take', operand, sentence: `Take the first ${word}.` };
    case 3:
      return { operation: 'rotate', operand, sentence: `Rotate it by ${word}.` };
    default:
      return { operation: 'raise', operand, sentence: `Raise each by ${word}.` };
  }
}
