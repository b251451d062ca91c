/**
 * The process in which programs run: takes one request at a time from its parent, hands it to the worker threads that
 * hold the interpreters, and watches time and memory from outside them. Ends itself when its parent is gone.
 */
import process from 'node:process';
import { openChannel } from './channel.mjs';
import { Thread } from './thread.mjs';
import { Watch } from './watch.mjs';

const settings = JSON.parse(process.argv[2]);
const threads = {
  javascript: new Thread({ ...settings, role: 'javascript' }),
  python: new Thread({ ...settings, role: 'python' }),
  judge: new Thread({ ...settings, role: 'judge' }),
};
let channel = openChannel();

/** The judge's thread first: its answer is that of the request. */
function neededFor({ kind, language }) {
  if (language === 'javascript') return [threads.javascript];
  return kind === 'calls' ? [threads.python] : [threads.judge, threads.python];
}

/** All that shares the channel ends together: threads that were stopped amid a question leave it in no known state. */
async function replace(needed) {
  const ended = needed.includes(threads.javascript) ? needed : [threads.judge, threads.python];
  await Promise.all(ended.map((thread) => thread.close()));
  channel = openChannel();
}

async function handle(request) {
  const needed = neededFor(request);
  await Promise.all(needed.map((thread) => thread.open(channel)));
  if (request.kind === 'open') return { status: 'done', values: [] };
  const watch = new Watch(request.seconds, settings.residentBytes, needed.slice(-1));
  try {
    const work = Promise.all(needed.map((thread, index) => thread.run(index === 0 ? request : { kind: 'serve' })));
    const answers = await Promise.race([work, watch.ended]);
    if (answers === null || answers.some(({ isWorn }) => isWorn)) await replace(needed);
    return watch.reason === null ? answers[0].outcome : { status: watch.reason };
  } catch (error) {
    await replace(needed);
    return { status: watch.reason ?? 'crashed', detail: String(error) };
  } finally {
    watch.stop();
  }
}

process.on('message', (request) => {
  handle(request)
    .catch((error) => ({ status: 'crashed', detail: String(error) }))
    .then((outcome) => process.send({ id: request.id, outcome }));
});
process.on('disconnect', () => process.exit());
