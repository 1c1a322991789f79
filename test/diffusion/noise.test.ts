import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cosSin, log } from '../../src-main/diffusion/elementary.ts';
import { batchNoise, drawsFrom, normalNoise } from '../../src-main/diffusion/noise.ts';
import { rngOf, torchRngOf } from '../../src-main/diffusion/rng.ts';
import { elementsOf } from '../../src-main/model/tensor.ts';

interface Drawn {
  seed: string;
  shape: number[];
  data: number[];
}
interface Large extends Omit<Drawn, 'data'> {
  first: number[];
  last: number[];
  mean: number;
  std: number;
  chunk_sums: number[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/noise.json'), 'utf8')) as {
  raw: { seed: string; u32: number[] }[];
  uniform: { seed: string; dtype: 'float32' | 'float64'; data: number[] }[];
  randint: { seed: string; low: number; high: number; data: number[] }[];
  sequence: { seed: string; draws: { draw: 'randn' | 'rand'; n: number; data: number[] }[] }[];
  default_noise_sampler: { seed: string; shape: number[]; call1_first8: number[]; call2_first8: number[] }[];
  errors: { seed: string; result: string | number[] }[];
  small: Drawn[];
  large: Large[];
  batch: (Drawn & { noise_inds: number[] | null })[];
};

const farthest = (a: ArrayLike<number>, b: readonly number[]) =>
  b.reduce((most, value, i) => Math.max(most, Math.abs(a[i]! - value)), 0);

describe('the generator', () => {
  test('gives the words of mt19937 for seeds below 2^32', () => {
    for (const { seed, u32 } of golden.raw) {
      const rng = torchRngOf(seed);
      expect(u32.map(() => rng.next())).toEqual(u32);
      if (BigInt(seed) >= 0n && BigInt(seed) < 2n ** 32n) expect(rngOf(seed).next()).toBe(u32[0]);
    }
  });

  test('is initialized by [low, high] or [low, high, stream] beyond them', () => {
    // Python's random.seed(n) initializes by the 32-bit digits of n.
    const words = (seed: bigint, stream: number, count: number) => {
      const rng = rngOf(seed.toString(), stream);
      return Array.from({ length: count }, () => rng.next());
    };
    expect(words((0x234n << 32n) | 0x123n, 0x345, 4)).toEqual([2813697596, 4147518854, 1554744811, 170137520]);
    expect(words((5n << 32n) | 7n, 0, 2)).toEqual([334492092, 130243341]);
  });

  test('gives 53-bit uniforms as torch does', () => {
    for (const { seed, dtype, data } of golden.uniform) {
      const rng = torchRngOf(seed);
      if (dtype === 'float64') expect(data.map(() => rng.uniform64())).toEqual(data);
      else expect([...drawsFrom(rng).uniforms(data.length)]).toEqual(data.map(Math.fround));
    }
  });
});

describe('normal noise', () => {
  test('is that of torch for seeds below 2^32, whatever the count', () => {
    const isSmall = (seed: string) => BigInt(seed) >= 0n && BigInt(seed) < 2n ** 32n;
    for (const { seed, shape, data } of golden.small.filter(({ seed }) => isSmall(seed)))
      expect(farthest(normalNoise(seed, elementsOf(shape)), data)).toBeLessThan(2.5e-6);
    for (const { seed, shape, first, last, mean, std, chunk_sums } of golden.large) {
      const noise = batchNoise(seed, shape);
      expect(farthest(noise, first)).toBeLessThan(2.5e-6);
      expect(farthest(noise.slice(-last.length), last)).toBeLessThan(2.5e-6);
      const sum = noise.reduce((total, value) => total + value, 0);
      expect(sum / noise.length).toBeCloseTo(mean, 6);
      const square = noise.reduce((total, value) => total + (value - mean) ** 2, 0);
      expect(Math.sqrt(square / noise.length)).toBeCloseTo(std, 6);
      const size = Math.floor(noise.length / chunk_sums.length);
      if (noise.length % chunk_sums.length === 0)
        chunk_sums.forEach((wanted, i) => {
          const found = noise.slice(i * size, (i + 1) * size).reduce((total, value) => total + value, 0);
          expect(Math.abs(found - wanted)).toBeLessThan(1e-3);
        });
    }
  });

  test('of a batch is drawn as ComfyUI draws it, and from one generator as torch does', () => {
    for (const { seed, shape, data } of golden.small)
      expect(farthest(batchNoise(seed, shape), data), seed).toBeLessThan(2.5e-6);
    for (const { seed, shape, data, noise_inds } of golden.batch)
      expect(farthest(batchNoise(seed, shape, noise_inds ?? undefined), data), seed).toBeLessThan(2.5e-6);
    for (const { seed, draws } of golden.sequence) {
      const all = drawsFrom(torchRngOf(seed));
      for (const { draw, n, data } of draws)
        expect(farthest(draw === 'randn' ? all.normals(n) : all.uniforms(n), data)).toBeLessThan(2.5e-6);
    }
    for (const { seed, low, high, data } of golden.randint)
      expect([...drawsFrom(torchRngOf(seed)).integers(data.length, low, high)]).toEqual(data);
    for (const { seed, shape, call1_first8, call2_first8 } of golden.default_noise_sampler) {
      const after = drawsFrom(torchRngOf(String(BigInt(seed) + 1n)));
      expect(farthest(after.normals(elementsOf(shape)), call1_first8)).toBeLessThan(2.5e-6);
      expect(farthest(after.normals(elementsOf(shape)), call2_first8)).toBeLessThan(2.5e-6);
    }
  });

  test('is refused for seeds that torch refuses', () => {
    for (const { seed, result } of golden.errors) {
      if (typeof result === 'string') expect(() => torchRngOf(seed)).toThrow(seed);
      else expect(farthest(batchNoise(seed, [result.length]), result)).toBeLessThan(2.5e-6);
    }
  });

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
