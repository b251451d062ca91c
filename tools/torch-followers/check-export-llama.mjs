// Opens an exported follower with node-llama-cpp, unchanged, and prints what it makes of the texts given on stdin.
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [library, file, tokens] = process.argv.slice(2);
const { getLlama } = await import(pathToFileURL(library).href);
const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1, logLevel: 'error' });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: 384, threads: 1 });
const sequence = context.getSequence();
const results = [];
for (const prompt of JSON.parse(await text(process.stdin))) {
  const beginning = model.tokens.shouldPrependBosToken ? [model.tokens.bos] : [];
  const ids = [...beginning, ...model.tokenize(prompt, true)];
  await sequence.clearHistory();
  const evaluation = await sequence.controlledEvaluate([
    ...ids.slice(0, -1),
    [ids.at(-1), { generateNext: { probabilities: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } } }],
  ]);
  const probabilities = evaluation.at(-1).next.probabilities;
  const last = Array.from({ length: 1 + Math.max(...probabilities.keys()) }, (_, id) =>
    Math.log(probabilities.get(id) ?? 0),
  );
  await sequence.clearHistory();
  const written = [];
  for await (const token of sequence.evaluate(ids, { temperature: 0, yieldEogToken: true })) {
    written.push(token);
    if (model.isEogToken(token) || written.length >= Number(tokens)) break;
  }
  results.push({ ids, text: model.detokenize(ids, true), logProbabilities: last, written });
}
console.log(JSON.stringify(results));
await llama.dispose();
