import { describe, expect, test } from 'vitest';
import { cosSin, log } from '../../src-main/diffusion/elementary.ts';
import { normalNoise } from '../../src-main/diffusion/noise.ts';
import { rngOf, torchRngOf } from '../../src-main/diffusion/rng.ts';
import { elementsOf } from '../../src-main/model/tensor.ts';
import { noiseVectors } from '../parity/noise.ts';
import { differencesIn, recorded } from '../parity/recorded.ts';

/** Seeds for which Kiln's own noise is torch's. */
const isSmall = (seed: string) => BigInt(seed) >= 0n && BigInt(seed) < 2n ** 32n;

describe('as torch recorded them', () => {
  test.each([
    ['words of the generator', 'raw'],
    ['uniform numbers', 'uniform'],
    ['whole numbers', 'randint'],
    ['normal numbers of every small count', 'small'],
    ['normal numbers of latents of usual sizes', 'large'],
    ['batches, and draws picked from them,', 'batch'],
    ['draws one after the other', 'sequence'],
    ['draws of a sampler', 'default_noise_sampler'],
    ['seeds that are refused', 'errors'],
  ])('%s are the same', async (_, group) => {
    expect(await differencesIn(noiseVectors, group)).toEqual([]);
  });

  test('words and normal numbers of a seed below 2^32 are those of Kiln’s own noise too', () => {
    const golden = recorded(noiseVectors);
    for (const { seed, u32 } of golden.raw) if (isSmall(seed)) expect(rngOf(seed).next()).toBe(u32[0]);
    for (const { seed, shape, data } of golden.small)
      if (isSmall(seed))
        normalNoise(seed, elementsOf(shape)).forEach((value, i) => {
          expect(Math.abs(value - data[i])).toBeLessThan(2.5e-6);
        });
  });
});

describe('the generator', () => {
  test('is initialized by [low, high] or [low, high, stream] beyond them', () => {
    // Python's random.seed(n) initializes by the 32-bit digits of n.
    const words = (seed: bigint, stream: number, count: number) => {
      const rng = rngOf(seed.toString(), stream);
      return Array.from({ length: count }, () => rng.next());
    };
    expect(words((0x234n << 32n) | 0x123n, 0x345, 4)).toEqual([2813697596, 4147518854, 1554744811, 170137520]);
    expect(words((5n << 32n) | 7n, 0, 2)).toEqual([334492092, 130243341]);
  });

  test('says which seed torch refuses', () => {
    for (const seed of [(2n ** 64n).toString(), (-(2n ** 63n) - 1n).toString()])
      expect(() => torchRngOf(seed)).toThrow(seed);
  });
});

describe('normal noise', () => {
  test('has exactly these bits, on every machine', () => {
    const bits = new Uint32Array(normalNoise('42', 12_288).buffer);
    const hash = bits.reduce((sum, word) => Math.imul(sum ^ word, 16777619), 2166136261) >>> 0;
    expect(hash).toMatchInlineSnapshot(`4076779741`);
  });

  test('differs between a seed and its low half, between seeds, and between streams', () => {
    const first = (seed: string, stream = 0) => normalNoise(seed, 16, stream).join();
    const draws = [
      first('7'),
      first('8'),
      first((7n + 2n ** 32n).toString()),
      first((7n + 2n ** 33n).toString()),
      first('7', 1),
      first('7', 2),
      first((7n + 2n ** 32n).toString(), 1),
      first((2n ** 64n - 1n).toString()),
    ];
    expect(new Set(draws).size).toBe(draws.length);
    expect(first('7')).toBe(first('7'));
  });

  test('has nothing for a count of 0', () => {
    expect(normalNoise('0', 0)).toEqual(new Float32Array());
  });
});

test('logarithm, sine and cosine agree with Math', () => {
  const pair = new Float64Array(2);
  const rng = rngOf('1');
  for (let i = 0; i < 20_000; i++) {
    const x = rng.uniform64();
    expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(1e-14);
    cosSin(x * 8, pair);
    expect(Math.abs(pair[0]! - Math.cos(x * 8))).toBeLessThan(1e-15);
    expect(Math.abs(pair[1]! - Math.sin(x * 8))).toBeLessThan(1e-15);
  }
  expect(log(1)).toBe(0);
});
