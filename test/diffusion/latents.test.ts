import { describe, expect, test } from 'vitest';
import { latentShape } from '../../src-main/diffusion/latents.ts';
import { previewOf } from '../../src-main/diffusion/preview.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';

const facts = (sizes: PackFacts['sizes']) =>
  ({ title: 'Small', sizes, latent: { channels: 4, downscale: 8 } }) as unknown as PackFacts;

describe('the shape of a latent', () => {
  test('follows from the size in pixels', () => {
    expect(latentShape(facts({ fixed: [], multiple: 16 }), 2, 64, 32)).toEqual([2, 4, 4, 8]);
    expect(latentShape(facts({ fixed: [[64, 32]], multiple: 1 }), 1, 64, 32)).toEqual([1, 4, 4, 8]);
  });

  test('is refused for a size that the pack does not draw, and the sizes that it does are named', () => {
    const refusal = (sizes: PackFacts['sizes'], width: number, height: number) => {
      try {
        latentShape(facts(sizes), 1, width, height);
      } catch (error) {
        if (error instanceof AppError) return error.problems;
      }
      return null;
    };
    expect(
      refusal(
        {
          fixed: [
            [64, 64],
            [64, 32],
          ],
          multiple: 1,
        },
        32,
        64,
      ),
    ).toEqual([
      { code: 'pack.sizeNotAllowed', values: { pack: 'Small', width: 32, height: 64, allowed: '64×64, 64×32' } },
    ]);
    expect(refusal({ fixed: [], multiple: 16 }, 40, 64)?.[0]?.values).toMatchObject({ allowed: '16' });
    expect(refusal({ fixed: [], multiple: 16 }, 0, 64)).not.toBeNull();
  });
});

describe('a preview', () => {
  const identity = {
    factors: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    bias: [0, 0, 0],
  };

  test('has the bytes of the reference', () => {
    const factors = [
      [0.3512, 0.2297, 0.3227],
      [0.325, 0.4974, 0.235],
      [-0.2829, 0.1762, 0.2721],
      [-0.212, -0.2616, -0.7177],
    ];
    const latent = Float32Array.from(
      { length: 48 },
      (_, i) => 1.5 * Math.fround(Math.SQRT2 * Math.sin(0.7390851 * (i + 1) ** 2 + 2.236068 * 19 * (i + 3) + 0.4)),
    );
    const wanted = [
      203, 255, 255, 167, 152, 0, 85, 23, 0, 0, 0, 0, 255, 148, 208, 135, 249, 193, 0, 158, 255, 167, 177, 255, 179, 80,
      0, 189, 255, 225, 173, 255, 133, 0, 0, 0,
    ];
    const found = previewOf(latent, 4, 3, { factors, bias: [0, 0, 0] })!;
    wanted.forEach((byte, i) => {
      expect(Math.abs(found[i]! - byte)).toBeLessThanOrEqual(1);
    });
  });

  test('turns planes into pixels and keeps what is out of range within', () => {
    const latent = Float32Array.of(-1, 5, 0, 0, -5, 1);
    expect([...previewOf(latent, 2, 1, identity)!]).toEqual([0, 127, 0, 255, 127, 255]);
  });

  test('is black where the latent is not a number', () => {
    expect([...previewOf(Float32Array.of(0, 0, Number.NaN), 1, 1, identity)!]).toEqual([0, 0, 0]);
  });

  test('is not made where the pack has no matrix for such a latent', () => {
    expect(previewOf(new Float32Array(6), 2, 1, null)).toBeNull();
    expect(previewOf(new Float32Array(8), 2, 1, identity)).toBeNull();
  });
});
