import { describe, expect, it } from 'vitest';
import { RememberedVectors } from './remembered-vectors.js';

/** Vectors that tell the length of the text, and what was asked for. */
function source(limit: number, fails = () => false) {
  const asked: string[][] = [];
  const vectors = new RememberedVectors(
    {},
    async (texts) => {
      asked.push([...texts]);
      await Promise.resolve();
      if (fails()) throw new Error('no');
      return texts.map(({ length }) => Float32Array.of(length));
    },
    limit,
  );
  return { vectors, asked };
}

describe('RememberedVectors', () => {
  it('computes each text once, also while it is being computed', async () => {
    const { vectors, asked } = source(10);
    const [first, second] = await Promise.all([vectors.vectorsOf(['a', 'bb', 'a']), vectors.vectorsOf(['bb', 'ccc'])]);
    expect([...first]).toEqual([
      ['a', Float32Array.of(1)],
      ['bb', Float32Array.of(2)],
    ]);
    expect(second.get('ccc')).toEqual(Float32Array.of(3));
    expect(asked).toEqual([['a', 'bb'], ['ccc']]);
  });

  it('forgets the text that was not used for longest', async () => {
    const { vectors, asked } = source(2);
    for (const text of ['a', 'b', 'a', 'c', 'a', 'b']) await vectors.vectorsOf([text]);
    expect(asked.flat()).toEqual(['a', 'b', 'c', 'b']);
  });

  it('gives all that is asked for, however little is remembered, in parts of 64', async () => {
    const { vectors, asked } = source(2);
    const texts = Array.from({ length: 150 }, (_, index) => 'x'.repeat(index));
    expect((await vectors.vectorsOf(texts)).size).toBe(150);
    expect(asked.map(({ length }) => length)).toEqual([64, 64, 22]);
  });

  it('tries again what failed', async () => {
    let isBroken = true;
    const { vectors } = source(2, () => isBroken);
    await expect(vectors.vectorsOf(['a'])).rejects.toThrow('no');
    isBroken = false;
    expect((await vectors.vectorsOf(['a'])).get('a')).toEqual(Float32Array.of(1));
  });
});
