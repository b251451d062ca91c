import type { Engine, EngineFailure, EngineOutcome } from '../engine/engine.js';
import type { StepRequest, VocabularyRoles } from './engine-messages.js';
import { KvCache } from './kv-cache.js';
import type { OnnxDecoder } from './onnx-decoder.js';
import { prefill } from './prefill.js';
import { StepInProgress, type TokenMasks, tokenMasks } from './step-in-progress.js';

/** One conversation. Its place in the engine's list is its row in the cache. */
interface Row {
  readonly session: number;
  /** Tokens in the cache. */
  length: number;
  /** Tokens of the past or of the injection that are not in the cache yet. */
  pending: number[];
  /** Tokens of its past that no step has reported as prompt yet. */
  unreported: number;
  step: StepInProgress | null;
}

/**
 * Writes the steps of many sessions at once, a token of each per round. Sessions join and leave between rounds: those
 * at work hold the first rows of the cache, the waiting ones the rest. A step evaluates its new tokens only.
 */
export class DecodeEngine implements Engine<StepRequest> {
  readonly #decoder: OnnxDecoder;
  readonly #roles: VocabularyRoles;
  readonly #masks: TokenMasks;
  readonly #cache: KvCache;
  readonly #rows: Row[] = [];
  #outcomes: EngineOutcome[] = [];

  constructor(decoder: OnnxDecoder, roles: VocabularyRoles) {
    this.#decoder = decoder;
    this.#roles = roles;
    this.#masks = tokenMasks(roles);
    this.#cache = new KvCache(decoder.config);
  }

  /** How many sessions have a step under way. */
  get working(): number {
    return this.#rows.reduce((count, { step }) => count + (step ? 1 : 0), 0);
  }

  get held(): number {
    return this.#rows.length;
  }

  /** Takes in new sessions with the tokens of their past; equal pasts are evaluated once. */
  async open(sessions: readonly { readonly session: number; readonly tokens: readonly number[] }[]): Promise<void> {
    const first = this.#rows.length;
    const longest = Math.max(...sessions.map(({ tokens }) => tokens.length));
    this.#cache.reserve(first + sessions.length, longest);
    for (const { session, tokens } of sessions) {
      this.#cache.erase(this.#rows.length);
      this.#rows.push({ session, length: tokens.length, pending: [], unreported: tokens.length, step: null });
    }
    try {
      const texts = sessions.map(({ tokens }) => tokens);
      await prefill(this.#decoder, this.#cache, first, texts);
    } catch (error) {
      this.#rows.length = first;
      throw error;
    }
  }

  fork(session: number, from: number): void {
    const source = this.#rowOf(from);
    const original = this.#rows[source] as Row;
    this.#cache.reserve(this.#rows.length + 1, original.length);
    this.#cache.copy(source, this.#rows.length);
    this.#rows.push({ ...original, session, pending: [...original.pending], step: null });
  }

  /** Starts a step: closes the line before it, feeds the injection, then draws. */
  begin(session: number, request: StepRequest): void {
    const row = this.#rows[this.#rowOf(session)] as Row;
    const closing = row.pending.at(-1) === this.#roles.lineFeed ? [] : [this.#roles.lineFeed];
    row.pending.push(...closing, ...request.injection);
    const promptTokens = row.unreported + closing.length + request.injection.length;
    row.step = new StepInProgress(request, promptTokens, this.#roles, this.#masks);
    row.unreported = 0;
    if (!row.step.hasRoom) this.#finish(row, 'length');
  }

  /** Forgets a session, also in the middle of a step. */
  close(session: number): void {
    const place = this.#rows.findIndex((row) => row.session === session);
    if (place < 0) return;
    const last = this.#rows.pop() as Row;
    if (place < this.#rows.length) {
      this.#cache.copy(this.#rows.length, place);
      this.#rows[place] = last;
    }
    if (this.#rows.length === 0) this.#cache.clear();
  }

  /** The cache's memory stays for the sessions to come. */
  async swap(graph: Uint8Array): Promise<void> {
    this.#rows.length = 0;
    this.#cache.clear();
    await this.#decoder.swap(graph);
  }

  /** Ends every step under way. */
  failAll(failure: EngineFailure): void {
    for (const row of this.#rows) if (row.step) this.#fail(row, failure);
  }

  /** Reports a step that could not begin. */
  refuse(session: number, failure: EngineFailure): void {
    this.#outcomes.push({ session, failure });
  }

  /** Steps that ended since the last call. */
  takeOutcomes(): EngineOutcome[] {
    const outcomes = this.#outcomes;
    this.#outcomes = [];
    return outcomes;
  }

  /** One round: every working row takes in as many tokens as the one with the fewest waiting, usually one. */
  async advance(): Promise<void> {
    this.#failOverflowing();
    const rows = this.#gatherWorking();
    if (rows.length === 0) return;
    const count = Math.min(...rows.map(({ pending }) => pending.length));
    const tokens = Int32Array.from(rows.flatMap(({ pending }) => pending.slice(0, count)));
    const positions = Int32Array.from(tokens, (_, index) => rowLength(rows, index, count) + (index % count));
    this.#cache.reserve(this.#rows.length, Math.max(...rows.map(({ length }) => length)) + count);
    const past = this.#cache.views(rows.length);
    const { logProbabilities, newRows } = await this.#decoder.evaluate(rows.length, tokens, positions, past);
    rows.forEach((row, place) => {
      for (let index = 0; index < count; index += 1) {
        this.#cache.write(place, row.length + index, newRows, (place * count + index) * this.#cache.newRowWidth);
      }
      row.length += count;
      row.pending.splice(0, count);
    });
    const size = this.#roles.size;
    rows.forEach((row, place) => {
      if (row.pending.length === 0) this.#draw(row, logProbabilities.subarray(place * size, (place + 1) * size));
    });
  }

  #draw(row: Row, logProbabilities: Float32Array): void {
    if (!row.step) return;
    row.pending.push(row.step.draw(logProbabilities));
    const finish = row.step.finish();
    if (finish) this.#finish(row, finish);
  }

  #finish(row: Row, finish: 'stop' | 'answer' | 'length'): void {
    if (row.step) this.#outcomes.push({ session: row.session, step: row.step.written(finish) });
    row.step = null;
  }

  #failOverflowing(): void {
    const most = this.#decoder.config.maxPositions;
    for (const row of this.#rows) {
      if (row.step && row.length + row.pending.length > most) this.#fail(row, overflow(most));
    }
  }

  #fail(row: Row, failure: EngineFailure): void {
    this.#outcomes.push({ session: row.session, failure });
    row.step = null;
  }

  /** Puts the working rows first with as few exchanges as possible, and returns them. */
  #gatherWorking(): Row[] {
    const count = this.working;
    let last = this.#rows.length - 1;
    for (let place = 0; place < count; place += 1) {
      if (this.#rows[place]?.step) continue;
      while (!this.#rows[last]?.step) last -= 1;
      this.#swap(place, last);
    }
    return this.#rows.slice(0, count);
  }

  #swap(left: number, right: number): void {
    if (left === right) return;
    this.#cache.swap(left, right);
    [this.#rows[left], this.#rows[right]] = [this.#rows[right] as Row, this.#rows[left] as Row];
  }

  #rowOf(session: number): number {
    const place = this.#rows.findIndex((row) => row.session === session);
    if (place < 0) throw new RangeError(`The engine has no session ${session}.`);
    return place;
  }
}

function rowLength(rows: readonly Row[], tokenIndex: number, tokensPerRow: number): number {
  return rows[Math.floor(tokenIndex / tokensPerRow)]?.length ?? 0;
}

function overflow(most: number): EngineFailure {
  return {
    code: 'context-overflow',
    message: `The document grew beyond the ${most} tokens that the follower can read.`,
    remedy: 'Give the episodes a smaller budget, or use a follower with a larger max_position_embeddings.',
  };
}
