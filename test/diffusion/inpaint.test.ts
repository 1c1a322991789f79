import { describe, expect, test } from 'vitest';
import { intoModel, latentFormats, outOfModel } from '../../src-main/diffusion/latent-formats.ts';
import { opsVectors } from '../parity/ops.ts';
import { differencesIn } from '../parity/recorded.ts';

describe('as the reference recorded them', () => {
  test.each([
    ['runs that draw anew only where a mask says so', 'inpaint'],
    ['ways of latents into a model and out of it', 'latent_formats'],
    ['previews', 'preview'],
  ])('%s are the same', async (_, group) => {
    expect(await differencesIn(opsVectors, group)).toEqual([]);
  });
});

test('what goes into a model comes out as it was, in every format', () => {
  for (const format of Object.values(latentFormats)) {
    const latent = Float64Array.from({ length: 2 * format.channels }, (_, i) => i / 3 - 1);
    const found = outOfModel(format, intoModel(format, latent));
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(latent[i]!, 12);
    });
  }
});
