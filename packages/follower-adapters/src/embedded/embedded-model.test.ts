import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type RsimError, WeightsError } from '@rsim/core';
import { MODEL_FILES, writeModelManifest } from '@rsim/lm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type EmbeddedModelEntry, embeddedModels, loadEmbeddedModel } from './embedded-model.js';

const [smallest] = await embeddedModels();
const shipped = smallest as EmbeddedModelEntry;

describe('loadEmbeddedModel', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rsim-model-'));
    await cp(shipped.path, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('loads a shipped model by name and any model by path', async () => {
    const byName = await loadEmbeddedModel(shipped.name);
    const byPath = await loadEmbeddedModel(folder);
    expect(byName.parameters).toBe(shipped.parameters);
    expect(byPath.weights).toEqual(byName.weights);
    expect(byName.tokenizer.vocabularySize).toBe(byName.config.vocabularySize);
  });

  it('names the models there are when asked for another', async () => {
    const error = await loadEmbeddedModel('gigantic').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(WeightsError);
    expect((error as RsimError).remedy).toContain(shipped.name);
  });

  it.each([
    ['a folder that is not there', './nowhere', /^There is no folder \S*nowhere\.$/],
    ['a folder of another kind', tmpdir(), /^The model's folder .* has no rsim\.json\.$/],
    ['a place on the hub', 'hf://maker/model', /^The follower `embedded` opens no models of the hub/],
  ])('says what is wrong with %s', async (_, model, message) => {
    await expect(loadEmbeddedModel(model)).rejects.toThrow(message);
  });

  it.each([MODEL_FILES.weights, MODEL_FILES.config, MODEL_FILES.tokenizer])(
    'refuses a changed or missing %s',
    async (file) => {
      const path = join(folder, file);
      const bytes = await readFile(path);
      bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1;
      await writeFile(path, bytes);
      await expect(loadEmbeddedModel(folder)).rejects.toThrow(/SHA-256/);
      await rm(path);
      await expect(loadEmbeddedModel(folder)).rejects.toThrow(WeightsError);
    },
  );

  it('refuses weights that do not fit the config, even with a fitting manifest', async () => {
    const path = join(folder, MODEL_FILES.config);
    const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify({ ...config, intermediate_size: 8 }));
    await writeModelManifest(folder, 'changed');
    await expect(loadEmbeddedModel(folder)).rejects.toThrow(/mlp\.gate_proj/);
  });

  it.each([
    ['no JSON', '{'],
    ['another schema', '{"schema":"rsim.model/2"}'],
  ])('refuses a manifest that is %s', async (_, text) => {
    await writeFile(join(folder, MODEL_FILES.manifest), text);
    await expect(loadEmbeddedModel(folder)).rejects.toThrow(WeightsError);
  });
});
