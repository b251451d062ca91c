import type {
  ContinualLearner,
  ContinualMethod,
  ContinualState,
  ContinualUpdate,
  EpisodeGroup,
  NamedWeights,
} from '@rsim/core';
import { prefixed, unprefixed } from './named-arrays.js';

/** Several methods at once: what each adds to an update is added, and so are the penalties. */
export class Combined implements ContinualMethod {
  readonly name: string;

  constructor(private readonly methods: readonly ContinualMethod[]) {
    this.name = methods.length === 0 ? 'naive' : methods.map(({ name }) => name).join('+');
  }

  async beforeUpdate(
    groups: readonly EpisodeGroup[],
    task: string,
    learner: ContinualLearner,
  ): Promise<Required<ContinualUpdate>> {
    const updates: ContinualUpdate[] = [];
    for (const method of this.methods) updates.push((await method.beforeUpdate?.(groups, task, learner)) ?? {});
    return {
      groups: updates.flatMap(({ groups: old = [] }) => old),
      rehearsals: updates.flatMap(({ rehearsals = [] }) => rehearsals),
    };
  }

  /** Whether any of them adds a penalty. */
  get penalises(): boolean {
    return this.methods.some(({ penalise }) => penalise !== undefined);
  }

  penalise(weights: NamedWeights, gradient: NamedWeights): void {
    for (const method of this.methods) method.penalise?.(weights, gradient);
  }

  async afterTask(task: string, learner: ContinualLearner): Promise<void> {
    for (const method of this.methods) await method.afterTask?.(task, learner);
  }

  state(): ContinualState {
    const states = this.methods.map((method) => method.state?.() ?? { data: null, arrays: {} });
    return {
      data: states.map(({ data }) => data),
      arrays: Object.assign({}, ...states.map(({ arrays }, index) => prefixed(`${index}/`, arrays))) as NamedWeights,
    };
  }

  restore({ data, arrays }: ContinualState): void {
    for (const [index, method] of this.methods.entries()) {
      method.restore?.({ data: (data as unknown[])[index], arrays: unprefixed(`${index}/`, arrays) });
    }
  }
}
