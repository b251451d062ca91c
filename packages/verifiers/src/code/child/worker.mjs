/**
 * A worker thread around one interpreter. Roles: `python` and `javascript` hold a program; `judge` runs Python tests on
 * a program that a `python` thread holds.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ask, serve } from './channel.mjs';
import { openJavaScript } from './javascript.mjs';
import { pythonJudge } from './python-judge.py.mjs';
import { pythonProgram } from './python-program.py.mjs';
import { openPython } from './python.mjs';

const roles = {
  javascript: () => openJavaScript(workerData),

  python: async () => {
    const { drive, restore } = await openPython(workerData, pythonProgram);
    let isWorn = false;
    const answer = (question) => {
      try {
        const reply = drive(question);
        if (isReply(reply)) return reply;
      } catch {
        // The interpreter itself ended or broke: nothing it says counts, and it is replaced.
      }
      isWorn = true;
      return '{"error": ["SystemExit", "the interpreter ended"]}';
    };
    return (request) => {
      let outcome = null;
      if (request.kind === 'calls') outcome = runCalls(answer, request);
      else serve(workerData.channel, (question) => (question === 'end' ? null : answer(question)));
      if (!isWorn) restore();
      return { outcome, isWorn };
    };
  },

  judge: async () => {
    const exchange = (question) => ask(workerData.channel, question);
    const { drive } = await openPython(workerData, pythonJudge, exchange);
    return ({ program, setup, entryPoints, tests }) => {
      const { error } = JSON.parse(exchange(JSON.stringify(['load', program])));
      const [status, detail] = error
        ? ['error', error.join(': ')]
        : JSON.parse(drive(JSON.stringify([setup, entryPoints, tests])));
      exchange('end');
      return { outcome: { status, detail }, isWorn: false };
    };
  },
};

/** Whether a text is what the driver writes; a program may have changed the driver. */
function isReply(text) {
  if (typeof text !== 'string') return false;
  const { value, error } = JSON.parse(text);
  if (error === undefined) return value !== undefined;
  return Array.isArray(error) && error.every((part) => typeof part === 'string');
}

function runCalls(answer, { program, entryPoint, calls }) {
  const { error } = JSON.parse(answer(JSON.stringify(['load', program])));
  if (error) return { status: 'error', detail: error.join(': ') };
  const replies = calls.map((each) => JSON.parse(answer(JSON.stringify(['call', ['g', entryPoint], each, {}]))));
  // The values stay text: only the parent takes them apart.
  return {
    status: 'done',
    values: replies.map((reply) =>
      reply.error ? { error: reply.error.join(': ') } : { value: JSON.stringify(reply.value) },
    ),
  };
}

const port = parentPort;
const run = await roles[workerData.role]();
port.on('message', (request) => port.postMessage(run(request)));
port.postMessage('ready');
