import {
  episodesPerChunk,
  type EpisodeBody,
  type EpisodeEntry,
  type ProblemEntry,
  type ReportData,
  type RunData,
  type RunPatch,
} from '../report-data.js';
import { unpacked } from './unpack.js';

/** Which parts of the page a change concerns. */
export interface Change {
  readonly points: boolean;
  readonly episodes: boolean;
  readonly facts: boolean;
}

/** An episode and where it is found. */
export interface EpisodeRef {
  readonly run: number;
  readonly index: number;
  readonly entry: EpisodeEntry;
  readonly problem: ProblemEntry;
}

/** What the page shows, and how that changes while it is live. */
export class Store {
  readonly #runs: RunData[];
  readonly #embedded: number[];
  readonly #later: EpisodeBody[][];
  readonly #chunks = new Map<string, Promise<readonly EpisodeBody[]>>();
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor(readonly page: ReportData) {
    this.#runs = [...page.runs];
    this.#embedded = page.runs.map(({ episodes }) => episodes.length);
    this.#later = page.runs.map(() => []);
  }

  get runs(): readonly RunData[] {
    return this.#runs;
  }

  /** The runs by configuration, seeds of one together, in order of appearance. */
  get groups(): readonly (readonly RunData[])[] {
    const groups = new Map<number, RunData[]>();
    for (const run of this.#runs) groups.set(run.group, [...(groups.get(run.group) ?? []), run]);
    return [...groups.values()];
  }

  get episodes(): EpisodeRef[] {
    return this.#runs.flatMap(({ episodes, problems }, run) =>
      episodes.map((entry, index) => ({ run, index, entry, problem: problems[entry.problem] as ProblemEntry })),
    );
  }

  async body({ run, index }: Pick<EpisodeRef, 'run' | 'index'>): Promise<EpisodeBody> {
    const embedded = this.#embedded[run] ?? 0;
    const body =
      index >= embedded
        ? this.#later[run]?.[index - embedded]
        : (await this.#chunk(run, Math.floor(index / episodesPerChunk)))[index % episodesPerChunk];
    if (body === undefined) throw new Error(`the page lacks episode ${index} of run ${run}`);
    return body;
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  apply(place: number, { restarted, bodies, points, problems, episodes, ...facts }: RunPatch): void {
    const before = this.#runs[place];
    if (before === undefined) return;
    if (restarted) {
      this.#embedded[place] = 0;
      this.#later[place] = [];
    }
    const kept = restarted ? { points: [], problems: [], episodes: [] } : before;
    this.#later[place]?.push(...bodies);
    this.#runs[place] = {
      ...before,
      ...facts,
      points: [...kept.points, ...(points ?? [])],
      problems: [...kept.problems, ...(problems ?? [])],
      episodes: [...kept.episodes, ...(episodes ?? [])],
    };
    const change = {
      points: restarted || (points ?? []).length > 0,
      episodes: restarted || bodies.length > 0,
      facts: Object.keys(facts).length > 0,
    };
    for (const listener of this.#listeners) listener(change);
  }

  #chunk(run: number, chunk: number): Promise<readonly EpisodeBody[]> {
    const id = `episodes-${run}-${chunk}`;
    const known = this.#chunks.get(id);
    if (known !== undefined) return known;
    const unpacking = unpacked<readonly EpisodeBody[]>(id).then((bodies) => bodies ?? []);
    this.#chunks.set(id, unpacking);
    return unpacking;
  }
}
