import { z } from 'zod';

import type { Completion, CompletionRequest, CompletionUsage } from './completion.js';
import { readCompletion } from './completion-reader.js';
import type { BodyOptions, Dialect, ServerModel, ServerTemplate } from './dialects/dialect.js';
import type { HttpConnection } from './http-connection.js';
import { wrongServer } from './response-fault.js';
import { malformed, type ServerFault } from './server-fault.js';

/** Texts whose tokens are remembered: the injections of any strategy set. */
const mostRememberedTexts = 1000;

/** A server as its dialect speaks: what models it has, how many tokens a text is, what it writes. */
export class CompletionServer {
  readonly #read = new Map<string, readonly number[]>();

  constructor(
    private readonly connection: HttpConnection,
    private readonly dialect: Dialect,
  ) {}

  models(signal: AbortSignal): Promise<ServerModel[]> {
    const { path, read } = this.dialect.models;
    return this.#get(path, null, read, signal);
  }

  /** The model's chat template, or `null` where the dialect has no way to tell. */
  async template(signal: AbortSignal): Promise<ServerTemplate | null> {
    const { template } = this.dialect;
    return template === undefined ? null : this.#get(template.path, null, template.read, signal);
  }

  /** Number of tokens of a text; where the server does not count, one for every three bytes begun. */
  async countTokens(text: string, model: string, signal: AbortSignal): Promise<number> {
    if (text === '') return 0;
    const ids = await this.tokenIds(text, model, signal);
    return ids === null ? Math.ceil(Buffer.byteLength(text) / 3) : ids.length;
  }

  /** Ids of a text's tokens, special ones among them; `null` where the server does not tell. */
  async tokenIds(text: string, model: string, signal: AbortSignal): Promise<readonly number[] | null> {
    const { tokenize } = this.dialect;
    if (tokenize === undefined) return null;
    const remembered = this.#read.get(text);
    if (remembered !== undefined) return remembered;
    const ids = await this.#get(tokenize.path, tokenize.body(text, model, false), tokenize.read, signal);
    if (this.#read.size >= mostRememberedTexts) this.#read.clear();
    this.#read.set(text, ids);
    return ids;
  }

  /** Whether the server puts something before every prompt by itself. */
  async addsBeginning(model: string, signal: AbortSignal): Promise<boolean> {
    const { tokenize } = this.dialect;
    if (tokenize === undefined) return false;
    return (await this.#get(tokenize.path, tokenize.body('', model, true), tokenize.read, signal)).length > 0;
  }

  /**
   * @param isUnguided whether it matters if the server ended at a stop text or at the end of the turn
   * @returns with the prompt's tokens counted as `countTokens` does where the server did not tell, or was not heard out
   */
  async complete(
    request: CompletionRequest,
    options: BodyOptions,
    isUnguided: boolean,
    signal: AbortSignal,
  ): Promise<Completion & { readonly usage: CompletionUsage }> {
    const { dialect } = this;
    // A server that does not tell a stop text from the end of the turn is not given any: they are found here.
    const isFoundHere = isUnguided && (!dialect.tellsEndOfTurn || options.mode === 'chat') && request.stops.length > 0;
    const asked = isFoundHere ? { ...request, stops: [] } : request;
    const reading = {
      needsEndMark: options.stream && (dialect.hasEndMark || options.mode === 'chat'),
      mayRepeatTurn: options.mode === 'chat',
    };
    const read = (event: string) => parse(event, (json) => dialect.read(json), malformed);
    const completion = await this.connection.ask(
      dialect.paths[options.mode] as string,
      dialect.body(asked, options),
      (events) => readCompletion(events, read, request, isFoundHere ? request.stops : [], reading),
      signal,
    );
    if (completion.usage !== null) return { ...completion, usage: completion.usage };
    const promptTokens = await this.countTokens(promptOf(request, options), options.model, signal);
    const { completionTokens } = completion;
    return { ...completion, usage: { promptTokens, cachedTokens: 0, completionTokens, cost: null } };
  }

  #get<T>(path: string, body: object | null, read: (json: unknown) => T, signal: AbortSignal): Promise<T> {
    // What a server tells of itself has the same form the next time.
    const misread = (what: string): ServerFault =>
      wrongServer('never', `it answers ${path} otherwise (${what})`, this.connection.origin);
    const readOne = async (events: AsyncIterable<string>): Promise<T> => {
      for await (const event of events) return parse(event, read, misread);
      throw malformed('it is empty');
    };
    return this.connection.ask(path, body, readOne, signal);
  }
}

/** What a server reads for a request, but for what a chat template adds. */
function promptOf({ prompt, messages, turn }: CompletionRequest, { mode }: BodyOptions): string {
  return mode === 'chat' ? messages.map(({ content }) => content).join('') + turn : prompt;
}

/**
 * @param misread the error for JSON that `read` does not expect
 * @throws ServerFault when the text is no JSON, or JSON of another form
 */
function parse<T>(text: string, read: (json: unknown) => T, misread: (what: string) => ServerFault): T {
  try {
    return read(jsonOf(text));
  } catch (thrown) {
    const issue = thrown instanceof z.ZodError ? thrown.issues[0] : undefined;
    throw issue === undefined ? thrown : misread(`${issue.path.join('.') || 'it'}: ${issue.message}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the answer, in which a server may repeat the key.
    throw malformed('it is no JSON');
  }
}
