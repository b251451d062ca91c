import type { ChatMessage } from '../text/chat-template.js';

/** What a server is asked to write. */
export interface CompletionRequest {
  /** Everything so far as one text; what text completions go on from. */
  readonly prompt: string;
  /** Whether the server's tokenizer adds what it puts before every text. */
  readonly addSpecialTokens: boolean;
  /** The same as a chat: the question, and the assistant's turn so far, which may be empty. */
  readonly messages: readonly ChatMessage[];
  readonly turn: string;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  /** Texts that end the writing and are no part of it. */
  readonly stops: readonly string[];
  /** Special tokens that are to be in the text where the model writes them. */
  readonly shownTokens: readonly string[];
  /** Ids of tokens that it must not write. */
  readonly bannedTokens: readonly number[];
}

/** A token as a server tells of it. */
export interface WrittenToken {
  /** Its id, -1 where the server does not tell. */
  readonly id: number;
  readonly logProbability: number;
}

/** Why a server stopped: a stop text, the end of the turn, either of them (it does not tell which), or the limit. */
export type Ending = 'stop-text' | 'end-of-turn' | 'stop' | 'length';

/** What one completion cost. */
export interface CompletionUsage {
  /** Tokens of the whole prompt. */
  readonly promptTokens: number;
  /** Of these, the ones that the server still had in its cache; 0 where it does not tell. */
  readonly cachedTokens: number;
  /** Tokens written, end mark and stop text included. */
  readonly completionTokens: number;
  /** What the server says it costs, or `null`. */
  readonly cost: number | null;
}

/** One event of a streamed answer, or all of one that is not streamed. */
export interface CompletionPiece {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  /** What no other piece of this answer with text or tokens has, to tell a repeated piece; `null` where there is nothing. */
  readonly mark: string | number | null;
  readonly ending: Ending | null;
  /** The stop text that ended it, where the server tells. */
  readonly stopText: string | null;
  readonly usage: CompletionUsage | null;
}

/** What a server wrote. */
export interface Completion {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  readonly ending: Ending;
  /** The stop text that ended it, where that is known. */
  readonly stopText: string | null;
  /** As reported; where nothing is, `null`. */
  readonly usage: CompletionUsage | null;
  /** Tokens written: as reported, else as many as were seen. */
  readonly completionTokens: number;
}
