import { upscaledSize } from '../../src-main/diffusion/planes/latent-ops.ts';
import { resampled } from '../../src-main/diffusion/planes/resample.ts';
import { allowLatents, latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, int, link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.upscale',
  title: 'Upscale latent',
  about: 'Brings latents to a size.',
  synonyms: ['resize', 'scale', 'hires fix', 'enlarge'],
  inputs: {
    latent: link('latent'),
    method: choice(['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp'], {
      default: 'nearest-exact',
      help: 'How values in between are found; bislerp turns directions evenly.',
    }),
    width: int({
      default: 512,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'The new width; 0 follows the height, in proportion. 8 pixels are a cell of the latent.',
    }),
    height: int({
      default: 512,
      min: 0,
      max: limits.imageSidePx,
      step: 8,
      unit: 'px',
      help: 'The new height; 0 follows the width, in proportion.',
    }),
    fit: choice(['stretch', 'crop'], {
      default: 'stretch',
      help: 'What to do when the proportions differ: stretch the latent, or cut what sticks out.',
    }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, method, width, height, fit }) => {
        const planes = await readLatent(ctx.tensor, latent, 'latent');
        const [columns, rows] = upscaledSize(planes, width, height);
        allowLatents('latent.upscale', 'width', planes.shape[0], columns, rows);
        return { latent: latentFrom(ctx.tensor, resampled(planes, columns, rows, method, fit === 'crop')) };
      }),
    );
  },
});
