import type { StrategySet } from './strategy.js';

/**
 * The nine strategies of rSIM (arXiv 2512.08300, section 3). The paper names them; the prompts are our own. Each is
 * written to a general language model that is in the middle of its reasoning, asks for one step, and says when that
 * step is over.
 */
export const defaultStrategies: StrategySet = {
  name: 'rsim-nine',
  strategies: [
    {
      id: 'self-reflection',
      title: 'Self-reflection',
      prompt:
        'Pause and look back over the reasoning so far. Say in a sentence or two whether it is still on course; if something ' +
        'looks doubtful, name the line and say why. Do not redo the work in this step.',
      terminal: false,
    },
    {
      id: 'decomposition',
      title: 'Decomposition',
      prompt:
        'Break the problem into the smallest set of sub-problems that together answer the question. List them in the order ' +
        'they have to be solved, each with what it needs and what it yields. Do not solve any of them yet.',
      terminal: false,
    },
    {
      id: 'deep-thinking',
      title: 'Deep thinking',
      prompt:
        'Take the next open sub-problem and work it out slowly. Write every intermediate calculation or inference in full, ' +
        'skip nothing, and finish with the result of this sub-problem.',
      terminal: false,
    },
    {
      id: 'validation',
      title: 'Validation',
      prompt:
        'Check the most recent result by recomputing it from the facts in the question. If it holds, say so; if it does not, ' +
        'write the corrected result, which replaces the old one from here on.',
      terminal: false,
    },
    {
      id: 'summarization',
      title: 'Summarization',
      prompt:
        'Restate in a few short lines what is established so far: the facts that matter, the results already found, and what ' +
        'is still missing. Add nothing new.',
      terminal: false,
    },
    {
      id: 'prioritization',
      title: 'Prioritization',
      prompt:
        'Of what is still open, decide what has to be settled next, because it is the most important or because the rest ' +
        'depends on it. Name it, with the known values it uses, and stop there.',
      terminal: false,
    },
    {
      id: 'sub-planning',
      title: 'Sub-planning',
      prompt:
        'The next sub-problem is too large for one step. Plan it on its own: write the two or three smaller steps that solve ' +
        'it, in order, without carrying them out.',
      terminal: false,
    },
    {
      id: 'continuation',
      title: 'Continuation',
      prompt: 'Carry on from the last line with the next step of the reasoning. Keep it brief and write its result.',
      terminal: false,
    },
    {
      id: 'termination',
      title: 'Termination',
      prompt:
        'Stop reasoning here. From what has been established, give the final answer to the question, in the form the question ' +
        'asks for, and nothing else.',
      terminal: true,
    },
  ],
};
