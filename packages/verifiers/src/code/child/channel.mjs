/**
 * Questions and answers between two worker threads that block on each other: one text there, one back. Shared memory
 * rather than messages, because an interpreter that is in the midst of a call cannot return to its event loop.
 */
import { TextDecoder, TextEncoder } from 'node:util';

const idle = 0;
const asked = 1;
const answered = 2;
/** Bytes of a question or an answer. */
const capacity = 4 * 1024 * 1024;

export function openChannel() {
  return { state: new SharedArrayBuffer(8), bytes: new SharedArrayBuffer(capacity) };
}

function put({ state, bytes }, text, next) {
  // Not encoded in place: encodeInto refuses shared memory.
  const encoded = new TextEncoder().encode(text);
  const fits = encoded.length <= capacity;
  const content = fits ? encoded : new TextEncoder().encode('{"error": ["ValueError", "the value is too large"]}');
  new Uint8Array(bytes).set(content);
  const control = new Int32Array(state);
  control[1] = content.length;
  Atomics.store(control, 0, next);
  Atomics.notify(control, 0);
}

function get({ state, bytes }) {
  const length = new Int32Array(state)[1];
  return new TextDecoder().decode(new Uint8Array(bytes).slice(0, length));
}

function waitFor({ state }, wanted) {
  const control = new Int32Array(state);
  for (let now = Atomics.load(control, 0); now !== wanted; now = Atomics.load(control, 0))
    Atomics.wait(control, 0, now);
}

/** Asks, and blocks until the answer is there. */
export function ask(channel, question) {
  put(channel, question, asked);
  waitFor(channel, answered);
  Atomics.store(new Int32Array(channel.state), 0, idle);
  return get(channel);
}

/** Answers questions until `answer` returns null for one. */
export function serve(channel, answer) {
  for (;;) {
    waitFor(channel, asked);
    const reply = answer(get(channel));
    put(channel, reply ?? '', answered);
    if (reply === null) return;
  }
}
