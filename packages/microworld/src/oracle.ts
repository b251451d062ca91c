import type { Decision, Planner, PlannerState } from '@rsim/core';
import { operations, sameValue, type Value } from './operation.js';
import type { ProgramIndex } from './program-index.js';
import { factValue, solve, type Item, type Program } from './program.js';
import { isComputation, readValueLine, statedValues } from './step-reading.js';
import { countTokens } from './vocabulary.js';

export interface OracleOptions {
  /** Ids of the strategies, in the order of the strategy set (for the distribution of a decision). */
  readonly strategies: readonly string[];
  /** Whether it may inject validation. */
  readonly mayCheck: boolean;
  /**
   * Which items it has computed with deep thinking: none, sums of lists (which no check in the head puts right), those
   * and all that are hard to do in the head, or all.
   */
  readonly careful: 'never' | 'sums' | 'hard' | 'always';
  /** Budget in tokens of a question's suite, answer not included. */
  readonly tokens: (question: string) => number;
}

const tagAndNewline = 2;
const mostChecksInARow = 2;

/**
 * A planner that reads the true solution: it decomposes, has every item computed, has a line validated exactly when its
 * value is wrong and the budget allows, and ends when the last item stands. It knows; a planner must guess from the text.
 */
export class Oracle implements Planner {
  readonly name = 'oracle';

  constructor(
    readonly programs: ProgramIndex,
    readonly options: OracleOptions,
  ) {}

  async decide(states: readonly PlannerState[]): Promise<readonly Decision[]> {
    return states.map((state) => {
      const strategy = this.#choose(state, this.programs.find(state.question));
      const probabilities = this.options.strategies.map((id) => (id === strategy ? 1 : 0));
      return { strategy, logProbability: 0, probabilities };
    });
  }

  #choose(state: PlannerState, program: Program): string {
    if (state.steps.length === 0) return 'decomposition';
    const truth = solve(program)!;
    const stated = statedValues(state.steps);
    const open = program.items.filter(({ name }) => !stated.has(name));
    const left = this.options.tokens(state.question) - spent(state);
    const needed = open.reduce((sum, item) => sum + cost(program, item, truth, false), 0);
    if (this.options.mayCheck && this.#lastIsWrong(state, program, truth, left - needed)) return 'validation';
    const item = open[0];
    if (!item) return 'termination';
    const careful = cost(program, item, truth, true) - cost(program, item, truth, false);
    const wanted = this.#wantsCare(program, item, truth);
    return wanted && left - needed >= careful ? 'deep-thinking' : 'continuation';
  }

  #wantsCare(program: Program, item: Item, truth: ReadonlyMap<string, Value>): boolean {
    const { careful } = this.options;
    if (careful === 'always' || careful === 'never') return careful === 'always';
    return item.operation === 'sum' || (careful === 'hard' && isHard(program, item, truth));
  }

  #lastIsWrong(state: PlannerState, program: Program, truth: ReadonlyMap<string, Value>, spare: number): boolean {
    const last = state.steps.at(-1)!;
    if (!isComputation(last.strategy) && last.strategy !== 'validation') return false;
    const recent = state.steps.slice(-mostChecksInARow);
    if (recent.length === mostChecksInARow && recent.every(({ strategy }) => strategy === 'validation')) return false;
    const line = readValueLine(last);
    const item = line && program.items.find(({ name }) => name === line.name);
    if (!line || !item) return false;
    return !sameValue(line.value, truth.get(item.name)!) && spare >= cost(program, item, truth, false);
  }
}

function spent(state: PlannerState): number {
  return state.steps.reduce((sum, { text }) => sum + countTokens(text) + tagAndNewline, 0);
}

function argumentValues(program: Program, item: Item, truth: ReadonlyMap<string, Value>): Value[] {
  return item.arguments.map((argument) => {
    if (argument.kind === 'literal') return argument.value;
    return argument.kind === 'fact' ? factValue(program, argument.name) : truth.get(argument.name)!;
  });
}

function isHard(program: Program, item: Item, truth: ReadonlyMap<string, Value>): boolean {
  return operations[item.operation].hard(argumentValues(program, item, truth));
}

/** Roughly what a line about the item costs in tokens. */
function cost(program: Program, item: Item, truth: ReadonlyMap<string, Value>, careful: boolean): number {
  const args = argumentValues(program, item, truth);
  const operation = operations[item.operation];
  const text = `${item.name}=${operation.expression(args.map(String))}=${String(truth.get(item.name))} ok`;
  const names = item.arguments.filter(({ kind }) => kind === 'fact').length * 2;
  const scratch = careful ? countTokens(operation.scratch(args).join(',')) + 2 : 0;
  return countTokens(text) + names + scratch + tagAndNewline;
}
