import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { fixture, openFixture, referenceOf } from './fixtures.js';

/** Numbers of fields in onnx.proto that are lists of bytes here. */
const [GRAPH, INITIALIZER, RAW_DATA, EXTERNAL_DATA, DATA_LOCATION] = [7, 5, 9, 13, 14];

let folder = '';
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'rsim-onnx-')), 'model');
  await cp(fixture('qwen2'), folder, { recursive: true });
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

function varint(value: number): Buffer {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

function delimited(field: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

/** A message with the fields that `change` names replaced by what it gives; other fields stay as they are. */
function changeFields(message: Buffer, change: (field: number, content: Buffer) => Buffer | null): Buffer {
  const parts: Buffer[] = [];
  let place = 0;
  const readVarint = (): number => {
    for (let value = 0, factor = 1; ; factor *= 128) {
      const byte = message[place++] ?? 0;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (place < message.length) {
    const start = place;
    const tag = readVarint();
    if (tag % 8 === 5) place += 4;
    else if (tag % 8 === 0) readVarint();
    else {
      const length = readVarint();
      place += length;
    }
    const content = message.subarray(start, place);
    const changed = tag % 8 === 2 ? change(Math.floor(tag / 8), bodyOf(content)) : null;
    parts.push(changed ?? content);
  }
  return Buffer.concat(parts);
}

function bodyOf(field: Buffer): Buffer {
  // Tags of these fields and lengths are varints: the body follows the second one.
  let place = 0;
  for (let varints = 0; varints < 2; place += 1) if ((field[place] as number) < 128) varints += 1;
  return field.subarray(place);
}

/** Moves a model's weights into a file beside it, as exports of more than 2 GB have them. */
async function moveWeightsOut(): Promise<void> {
  const file = join(folder, 'onnx/model.onnx');
  const weights: Buffer[] = [];
  const entry = (key: string, value: string | number): Buffer =>
    delimited(EXTERNAL_DATA, Buffer.concat([delimited(1, key), delimited(2, String(value))]));
  const moveOut = (field: number, content: Buffer): Buffer | null => {
    if (field !== RAW_DATA || content.length < 200) return null;
    const offset = weights.reduce((sum, { length }) => sum + length, 0);
    weights.push(content);
    const entries = [entry('location', 'model.onnx_data'), entry('offset', offset), entry('length', content.length)];
    return Buffer.concat([...entries, varint(DATA_LOCATION * 8), varint(1)]);
  };
  const model = changeFields(await readFile(file), (field, graph) =>
    field === GRAPH
      ? delimited(
          GRAPH,
          changeFields(graph, (part, tensor) =>
            part === INITIALIZER ? delimited(INITIALIZER, changeFields(tensor, moveOut)) : null,
          ),
        )
      : null,
  );
  await writeFile(file, model);
  await writeFile(`${file}_data`, Buffer.concat(weights));
}

it('finds the weights that lie beside the file', async () => {
  await moveWeightsOut();
  await using follower = await openFixture({ model: folder, stop: [] });
  await using session = await follower.open('Tom has 60 apples.');
  const { tokens } = await session.step(null, { maxTokens: 32, temperature: 0, seed: 1 });
  expect(tokens).toEqual(referenceOf('qwen2').greedy);
  expect(follower.facts.layout).toBe('in-place');
});

it('names the file whose weights are cut off', async () => {
  await moveWeightsOut();
  await truncate(join(folder, 'onnx/model.onnx_data'), 1000);
  await expect(openFixture({ model: folder })).rejects.toMatchObject({
    message: /^The ONNX model .*model\.onnx cannot be loaded: [^\n]*$/u as unknown,
    remedy: /external data/u as unknown,
  });
});

it('names the file whose weights are missing', async () => {
  await moveWeightsOut();
  await rm(join(folder, 'onnx/model.onnx_data'));
  await expect(openFixture({ model: folder })).rejects.toMatchObject({
    message: /model\.onnx cannot be loaded.*model\.onnx_data/u as unknown,
    remedy: /external data/u as unknown,
  });
});
