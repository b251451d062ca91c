import type { ContinualMatrix, RunData } from '../report-data.js';
import { groupName } from './groups.js';

/** Runs of one method, each with its matrix. */
export interface Method {
  readonly name: string;
  readonly order: string;
  readonly matrices: readonly [ContinualMatrix, ...ContinualMatrix[]];
}

/** The methods of the runs, by the names of their runs where several configurations have one method. */
export function methodsOf(groups: readonly (readonly RunData[])[]): Method[] {
  const found = groups.flatMap((runs) => {
    const [first, ...others] = runs.flatMap(({ continual }) => continual ?? []);
    return first === undefined ? [] : [{ runs, order: first.order, matrices: [first, ...others] as const }];
  });
  const short = found.map(({ matrices: [first] }) => methodName(first));
  return found.map(({ runs, order, matrices }, place) => {
    const name = short[place] as string;
    const isAlone = short.indexOf(name) === short.lastIndexOf(name);
    const seeds = matrices.length > 1 ? ` (${matrices.length} seeds)` : '';
    return { name: isAlone ? `${name}${seeds}` : `${name}: ${groupName(runs)}`, order, matrices };
  });
}

function methodName({ order, method }: ContinualMatrix): string {
  if (order === 'sequential') return method;
  return method === 'naive' ? order : `${method}, ${order}`;
}

/** The matrices that have got furthest: of seeds of which some are unfinished, those that can be averaged. */
export function furthest({ matrices }: Method): readonly ContinualMatrix[] {
  const most = Math.max(...matrices.map(({ accuracies }) => accuracies.length));
  return matrices.filter(({ accuracies }) => accuracies.length === most);
}
