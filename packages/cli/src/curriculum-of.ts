import type { Curriculum, RsimConfig, TaskSuite } from '@rsim/core';

/** The curriculum that the configuration gives a suite, if any; where it does not say how it ends, with all levels. */
export function curriculumOf(suite: TaskSuite, task: RsimConfig['tasks'][number] | undefined): Curriculum | undefined {
  const curriculum = task?.curriculum;
  return curriculum && { ...curriculum, to: curriculum.to ?? suite.levels };
}
