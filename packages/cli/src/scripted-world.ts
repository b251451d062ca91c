import { ConfigError, type Problem, type TaskSuite } from '@rsim/core';
import { ProgramIndex, ScriptedFollower, type Program } from '@rsim/microworld';

/** Suites whose programs the scripted follower knows. */
export interface ScriptedWorld {
  readonly suites: readonly TaskSuite[];
  readonly follower: ScriptedFollower;
  readonly programs: ProgramIndex;
}

/** Whether the suite's problems come with the program that solves them, as the procedural ones do. */
export function isScripted(suite: TaskSuite): boolean {
  for (const problem of suite.problems({ split: 'train', seed: 0 })) return hasProgram(problem);
  return false;
}

/** @throws ConfigError when a suite's problems come without the program that solves them. */
export function scriptedWorld(suites: readonly TaskSuite[]): ScriptedWorld {
  const other = suites.find((suite) => !isScripted(suite));
  if (other !== undefined) {
    throw new ConfigError(`the scripted follower cannot solve problems of suite "${other.name}"`, {
      remedy: 'Set training.stage0.kind=none, or train on the procedural suites.',
    });
  }
  const programs = new ProgramIndex();
  const watched = suites.map((suite) => programs.watch(suite as TaskSuite<Program>));
  return { suites: watched, follower: new ScriptedFollower(programs), programs };
}

export function hasProgram(problem: Problem): problem is Problem<Program> {
  const { data } = problem;
  return typeof data === 'object' && data !== null && 'items' in data && 'facts' in data;
}
