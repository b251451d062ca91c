import { basename, join } from 'node:path';
import { CheckpointError } from '@rsim/core';
import type { StrategySet } from '@rsim/core';
import { z } from 'zod';
import type { NetworkLearner } from './network-learner.js';
import type { Parameter, Parameters } from './parameters.js';
import { readSealedFolder, sealedJson, writeSealedFolder } from './sealed-folder.js';
import { decodeTensors, encodeTensors } from './tensor-file.js';

const tensorsName = 'planner.safetensors';
const descriptionName = 'planner.json';

const descriptionSchema = z.object({
  schema: z.literal('rsim.planner/1'),
  network: z.looseObject({ value: z.boolean().default(false), fingerprint: z.string().optional() }),
  /** Ids in the order of the network's outputs. */
  strategies: z.array(z.string()),
  optimiserSteps: z.int().nonnegative(),
});
type Description = z.infer<typeof descriptionSchema>;

/** Writes weights, optimiser and what they are for. */
export async function writePlanner(folder: string, strategySet: StrategySet, learner: NetworkLearner): Promise<void> {
  const description: Description = {
    schema: 'rsim.planner/1',
    network: { ...learner.network.facts },
    strategies: strategySet.strategies.map(({ id }) => id),
    optimiserSteps: learner.adam.steps,
  };
  const tensors = savedArrays(learner).flatMap(({ prefix, arrays }) =>
    Object.entries(arrays).map(([name, parameter]) => ({ name: `${prefix}${name}`, ...parameter })),
  );
  await writeSealedFolder(folder, {
    [tensorsName]: encodeTensors(tensors),
    [descriptionName]: `${JSON.stringify(description, null, 2)}\n`,
  });
}

/**
 * Puts what {@link writePlanner} wrote into `learner`, after all of it has been checked. A planner that estimates values
 * takes up one that does not, expecting nothing at first, and the other way round.
 */
export async function readPlanner(folder: string, strategySet: StrategySet, learner: NetworkLearner): Promise<void> {
  const refuse = (what: string) =>
    new CheckpointError(`planner ${folder} is refused: ${what}`, {
      remedy: 'Use a checkpoint of a planner with the same options and strategy set.',
    });
  const files = await readSealedFolder(folder);
  const { strategies, optimiserSteps, network } = sealedJson(files, descriptionName, descriptionSchema, folder);
  const bytes = files.get(tensorsName);
  if (bytes === undefined) throw refuse(`it holds no ${tensorsName}`);
  const ids = strategySet.strategies.map(({ id }) => id);
  if (strategies.join() !== ids.join())
    throw refuse(`it chooses among ${strategies.join(', ')}, not ${ids.join(', ')}`);
  const { value, fingerprint } = learner.network.facts;
  if (network.fingerprint !== fingerprint) {
    const other = `${network.fingerprint ?? 'none'}, not ${fingerprint ?? 'none'}`;
    throw refuse(`it was trained on other weights or another tokenizer: ${other}`);
  }
  const tensors = decodeTensors(bytes, join(basename(folder), tensorsName));
  const copies = savedArrays(learner).flatMap(({ prefix, arrays }) =>
    Object.entries(arrays).map(([name, { shape, values: target }]) => {
      const saved = tensors.get(`${prefix}${name}`);
      const isOther = name.startsWith('output.') && network.value !== value;
      const source = isOther && saved !== undefined ? withLastColumn(saved, value) : saved;
      if (source?.shape.join() === shape.join()) return { target, values: source.values };
      throw refuse(`its ${prefix}${name} is [${source?.shape.join() ?? 'missing'}], not [${shape.join()}]`);
    }),
  );
  for (const { target, values } of copies) target.set(values);
  learner.adam.resume(optimiserSteps);
}

/** The output's weights with a column of zeros for the value estimate, or without the column they have for it. */
function withLastColumn({ shape, values }: Parameter, isNeeded: boolean): Parameter {
  const [width = 0] = shape.slice(-1);
  const wanted = isNeeded ? width + 1 : width - 1;
  const rows = values.length / width;
  const fitted = new Float32Array(rows * wanted);
  for (let row = 0; row < rows; row += 1) {
    fitted.set(values.subarray(row * width, row * width + Math.min(width, wanted)), row * wanted);
  }
  return { shape: [...shape.slice(0, -1), wanted], values: fitted };
}

function savedArrays({ parameters, adam }: NetworkLearner): { prefix: string; arrays: Parameters }[] {
  return [
    { prefix: '', arrays: parameters },
    { prefix: 'adam.mean.', arrays: adam.means },
    { prefix: 'adam.square.', arrays: adam.squares },
  ];
}
