import { describe, expect, test } from 'vitest';
import { brownianNoise } from '../../src-main/diffusion/brownian.ts';
import { seedWords } from '../../src-main/diffusion/seed-sequence.ts';

// The numbers themselves are compared with the reference's in the runs with noise of a seed.

describe('noise of a Brownian motion', () => {
  const noise = brownianNoise('42', 0.03, 14.6, 256);
  const moved = (from: number, to: number) => noise(from, to).map((value) => value * Math.sqrt(Math.abs(from - to)));

  test('goes the same way in one step and in several', () => {
    const [whole, first, second] = [moved(9.5, 1.25), moved(9.5, 4), moved(4, 1.25)];
    whole.forEach((value, i) => {
      expect(first[i]! + second[i]!).toBeCloseTo(value, 4);
    });
  });

  test('is the same whatever was asked before, and backwards the other way', () => {
    expect(brownianNoise('42', 0.03, 14.6, 256)(4, 1.25)).toEqual(noise(4, 1.25));
    expect(noise(1.25, 4)).toEqual(noise(4, 1.25).map((value) => -value));
  });

  test('is normal, also over a short way, and another one for another seed', () => {
    for (const [from, to] of [
      [14.6, 0.03],
      [1.0001, 1],
    ] as const) {
      const values = noise(from, to);
      const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      expect(square).toBeGreaterThan(0.7);
      expect(square).toBeLessThan(1.4);
    }
    expect(brownianNoise('43', 0.03, 14.6, 256)(4, 1)).not.toEqual(noise(4, 1));
    expect(brownianNoise((2n ** 32n + 42n).toString(), 0.03, 14.6, 256)(4, 1)).not.toEqual(noise(4, 1));
  });

  test('is nothing where there is no way, and does not leave its ends', () => {
    expect(noise(1, 1).every((value) => value === 0)).toBe(true);
    expect(noise(20, 15).every((value) => value === 0)).toBe(true);
    expect(noise(14.6, 0).every(Number.isFinite)).toBe(true);
  });
});

test('words of a seed are those of numpy’s own test', () => {
  const seed = [3735928559n, 195939070n, 229505742n, 305419896n].reduceRight((all, word) => (all << 32n) | word, 0n);
  expect([...seedWords(seed, [], 4, 4)]).toEqual([3914649087, 576849849, 3593928901, 2229911004]);
});
