// Opens an exported follower with transformers.js, unchanged, and prints what it makes of the texts given on stdin.
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [library, folder, tokens] = process.argv.slice(2);
const { AutoModelForCausalLM, AutoTokenizer, env } = await import(pathToFileURL(library).href);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
const model = await AutoModelForCausalLM.from_pretrained(basename(folder), { dtype: 'fp32', device: 'cpu' });
const results = [];
for (const prompt of JSON.parse(await text(process.stdin))) {
  const inputs = tokenizer(prompt);
  const ids = Array.from(inputs.input_ids.data, Number);
  const { logits } = await model(inputs);
  const last = Array.from(logits.data.slice(-logits.dims[2]));
  const total = Math.log(last.reduce((sum, logit) => sum + Math.exp(logit), 0));
  const output = await model.generate({ ...inputs, max_new_tokens: Number(tokens), do_sample: false });
  results.push({
    ids,
    text: tokenizer.decode(ids, { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
    logProbabilities: last.map((logit) => logit - total),
    written: Array.from(output.data.slice(ids.length), Number),
  });
}
console.log(JSON.stringify(results));
