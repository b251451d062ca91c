import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@rsim/core';
import type { ContinualLearner, ContinualMethod, DecideOptions, Decision, Planner, PlannerState } from '@rsim/core';
import { z } from 'zod';
import type { CreditedEpisode } from '../credit-episodes.js';
import type { ImitatingPlanner } from '../imitate-demonstrations.js';
import type { ImitationBatch, ImitationReport } from '../imitation-update.js';
import { readSealedFolder, sealedJson, writeSealedFolder } from '../sealed-folder.js';
import { decodeTensors, encodeTensors } from '../tensor-file.js';
import type { TrainablePlanner, TrainingBatch, UpdateReport } from '../trainable-planner.js';
import { Combined } from './combined.js';

/** What a planner needs for methods other than fine-tuning. */
export type ContinualTrainable = TrainablePlanner & ContinualLearner;

const folderName = 'continual';
const stateName = 'state.json';
const arraysName = 'arrays.safetensors';
const stateSchema = z.object({ schema: z.literal('rsim.continual-state/1'), method: z.string(), data: z.unknown() });

/**
 * A leader that learns task after task: every update goes through the methods, and what they remember is saved and
 * loaded with the leader, so that trainers need not know of them.
 */
export class ContinualPlanner implements TrainablePlanner, ImitatingPlanner {
  /** Name of the task under way. */
  task = '';
  readonly #method: Combined;
  readonly #planner: ContinualTrainable;

  /** @throws ConfigError when the planner does not offer what methods use. */
  constructor(planner: TrainablePlanner, methods: readonly ContinualMethod[]) {
    this.#method = new Combined(methods);
    this.#planner = continual(planner);
  }

  get name(): string {
    return this.#planner.name;
  }

  get parameters(): number {
    return this.#planner.parameters;
  }

  get estimatesValue(): boolean {
    return this.#planner.estimatesValue === true;
  }

  /** E.g. `replay+kl`. */
  get method(): string {
    return this.#method.name;
  }

  decide(states: readonly PlannerState[], options: DecideOptions): Promise<readonly Decision[]> {
    return this.#planner.decide(states, options);
  }

  /** The leader; methods have no part in it. */
  freeze(): Planner {
    return this.#planner.frozen(this.#planner.weights);
  }

  async update({ groups, ...batch }: TrainingBatch): Promise<UpdateReport> {
    const { groups: old, rehearsals } = await this.#method.beforeUpdate(groups, this.task, this.#planner);
    return this.#planner.update({
      ...batch,
      // What methods hand back is what they were handed earlier.
      groups: [...groups, ...(old as TrainingBatch['groups']).map(withoutReference)],
      rehearsals,
      ...(this.#method.penalises ? { penalty: (weights, gradient) => this.#method.penalise(weights, gradient) } : {}),
    });
  }

  /** As the planner does; methods have no part in it. @throws ConfigError when it cannot imitate. */
  imitate(batch: ImitationBatch): Promise<ImitationReport> {
    if ('imitate' in this.#planner) return (this.#planner as ImitatingPlanner).imitate(batch);
    throw new ConfigError(`planner "${this.name}" cannot imitate`, { remedy: 'Set training.stage0.kind=scripted.' });
  }

  /** Tells the methods that the task under way is done. */
  async endTask(): Promise<void> {
    await this.#method.afterTask(this.task, this.#planner);
  }

  /** Saves the leader alone, as one that was trained without methods is saved. */
  saveLeader(folder: string): Promise<void> {
    return this.#planner.save(folder);
  }

  async save(folder: string): Promise<void> {
    await this.#planner.save(folder);
    const { data, arrays } = this.#method.state();
    const tensors = Object.entries(arrays).map(([name, values]) => ({ name, shape: [values.length], values }));
    await writeSealedFolder(join(folder, folderName), {
      [stateName]: JSON.stringify({ schema: 'rsim.continual-state/1', method: this.method, data }),
      [arraysName]: encodeTensors(tensors),
    });
  }

  async load(folder: string): Promise<void> {
    const own = join(folder, folderName);
    const files = await readSealedFolder(own);
    const { data } = sealedJson(files, stateName, stateSchema.extend({ method: z.literal(this.method) }), own);
    const tensors = decodeTensors(files.get(arraysName) ?? Buffer.alloc(0), join(own, arraysName));
    await this.#planner.load(folder);
    this.#method.restore({
      data,
      arrays: Object.fromEntries([...tensors].map(([name, { values }]) => [name, values])),
    });
  }

  /** Whether `save` began to write into `folder`. */
  static isSaved(folder: string): boolean {
    return existsSync(join(folder, folderName));
  }
}

/** What the leader of an earlier task began with is no reference of this one's. */
function withoutReference(group: readonly CreditedEpisode[]): CreditedEpisode[] {
  return group.map(({ referenceLogProbabilities: _, ...credited }) => credited);
}

function continual(planner: TrainablePlanner): ContinualTrainable {
  if ('weights' in planner && 'frozen' in planner && 'fisher' in planner) return planner as ContinualTrainable;
  throw new ConfigError(`planner "${planner.name}" cannot learn tasks one after the other`, {
    remedy: 'Name one that offers its weights, frozen copies and Fisher information, e.g. planner.name=gru.',
  });
}
