/** transformers.js, installed into a temporary folder, writing with a model that lies on the disk. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

interface Library {
  readonly env: { localModelPath: string; allowRemoteModels: boolean };
  readonly AutoTokenizer: {
    from_pretrained(name: string): Promise<(texts: readonly string[], options: object) => object>;
  };
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<{ generate(inputs: object): Promise<unknown> }>;
  };
}

/** Writes `tokens` tokens after each prompt. */
export type Generate = (prompts: readonly string[], tokens: number) => Promise<void>;

export async function withTransformers(model: string, use: (generate: Generate) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rsim-transformers-'));
  try {
    const install = ['install', '--prefix', folder, '--ignore-scripts', '@huggingface/transformers'];
    await promisify(execFile)('npm', install);
    const entry = createRequire(join(folder, 'x.js')).resolve('@huggingface/transformers');
    const { env, AutoModelForCausalLM, AutoTokenizer } = (await import(pathToFileURL(entry).href)) as Library;
    env.localModelPath = dirname(model);
    env.allowRemoteModels = false;
    const session_options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    const decoder = await AutoModelForCausalLM.from_pretrained(basename(model), { dtype: 'fp32', session_options });
    const tokenizer = await AutoTokenizer.from_pretrained(basename(model));
    await use(async (prompts, tokens) => {
      const inputs = tokenizer(prompts, { padding: true });
      await decoder.generate({ ...inputs, max_new_tokens: tokens, min_new_tokens: tokens, do_sample: true });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
