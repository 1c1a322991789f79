import { describe, expect, test } from 'vitest';
import { opsVectors } from '../parity/ops.ts';
import { differencesIn } from '../parity/recorded.ts';

describe('as the reference recorded them', () => {
  test.each([
    ['latents resampled', 'latent_resize'],
    ['pictures resampled', 'image_resize'],
    ['sizes by the rules of the nodes', 'latent_resize_sizes'],
    ['operations on latents', 'latent_ops'],
    ['operations on pictures', 'image_ops'],
    ['operations on masks', 'mask_ops'],
  ])('%s are the same', async (_, group) => {
    expect(await differencesIn(opsVectors, group)).toEqual([]);
  });
});
