// Opens an exported follower with llama-server, unchanged, and prints what it makes of the texts given on stdin.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

const [program, file, tokens, size] = process.argv.slice(2);
const port = await freePort();
const words = [
  '--model',
  file,
  '--host',
  '127.0.0.1',
  '--port',
  String(port),
  '--ctx-size',
  '384',
  '--parallel',
  '1',
  '--threads',
  '1',
];
const child = spawn(program, words, { stdio: 'ignore' });
process.on('exit', () => child.kill('SIGKILL'));
await isUp();
const results = [];
for (const prompt of JSON.parse(await text(process.stdin))) {
  const { tokens: ids } = await post('/tokenize', { content: prompt, add_special: true, parse_special: true });
  const { content } = await post('/detokenize', { tokens: ids });
  const greedy = { temperature: 0, cache_prompt: false, return_tokens: true };
  const first = await post('/completion', { prompt: ids, n_predict: 1, n_probs: Number(size), ...greedy });
  const logProbabilities = Array.from({ length: Number(size) }, () => null);
  for (const { id, logprob } of first.completion_probabilities[0].top_logprobs) logProbabilities[id] = logprob;
  // As text, without the beginning mark: the server puts it there.
  const { tokens: written } = await post('/completion', { prompt, n_predict: Number(tokens), ...greedy });
  results.push({ ids, text: content, logProbabilities, written });
}
console.log(JSON.stringify(results));
process.exit();

async function post(path, body) {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await globalThis.fetch(`http://127.0.0.1:${port}${path}`, options);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function isUp() {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    const answer = globalThis.fetch(`http://127.0.0.1:${port}/health`);
    if (
      await answer.then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await wait(100);
  }
  throw new Error(`${program} did not start with ${file}`);
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
