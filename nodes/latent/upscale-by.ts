import { scaledSize } from '../../src-main/diffusion/planes/latent-ops.ts';
import { resampled } from '../../src-main/diffusion/planes/resample.ts';
import { allowLatents, latentFrom, readLatent } from '../../src-main/diffusion/planes/tensors.ts';
import { choice, float, link } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';

export default defineNode({
  type: 'latent.upscale-by',
  title: 'Upscale latent by a factor',
  about: 'Makes latents larger or smaller by a factor.',
  synonyms: ['resize', 'scale by', 'hires fix', 'factor'],
  inputs: {
    latent: link('latent'),
    method: choice(['nearest-exact', 'bilinear', 'area', 'bicubic', 'bislerp'], {
      default: 'nearest-exact',
      help: 'How values in between are found; bislerp turns directions evenly.',
    }),
    factor: float({
      default: 1.5,
      min: 0.01,
      max: 8,
      step: 0.01,
      help: 'How many times as wide and as high they become.',
    }),
  },
  outputs: { latent: 'latent' },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ latent, method, factor }) => {
        const planes = await readLatent(ctx.tensor, latent, 'latent');
        const [columns, rows] = scaledSize(planes, factor);
        allowLatents('latent.upscale-by', 'factor', planes.shape[0], columns, rows);
        return { latent: latentFrom(ctx.tensor, resampled(planes, columns, rows, method)) };
      }),
    );
  },
});
