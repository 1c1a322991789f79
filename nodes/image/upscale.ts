import { fail } from '../../src-main/model/errors.ts';
import { link } from '../../src-main/model/inputs.ts';
import { limits } from '../../src-main/model/limits.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';

const hasUpscaler = ({ parts }: PackFacts): boolean => parts.some(({ name }) => name === 'upscaler');

export default defineNode({
  type: 'image.upscale',
  title: 'Upscale image',
  about: 'Enlarges pictures with a model that draws the missing detail.',
  synonyms: ['enlarge', 'super resolution', 'esrgan', 'upscale with model'],
  inputs: {
    image: link('image'),
    upscaler: link('upscaler', { help: 'How many times larger the picture gets is up to the pack.' }),
  },
  outputs: { image: 'image' },
  parts: { upscaler: ['upscaler'] },
  // So that a graph may change its pack for one that draws large enough by itself.
  mayLack: ['upscaler'],

  prepare({ upscaler }, ctx) {
    if (upscaler && !hasUpscaler(ctx.facts(upscaler))) ctx.warn('pack.noUpscaler', { pack: upscaler.packId });
    return {};
  },

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ image, upscaler }) => {
        const facts = ctx.facts(upscaler);
        // A copy: what a node was given stays with its maker.
        if (!hasUpscaler(facts)) return { image: ctx.tensor.stack(ctx.tensor.split(image)) };
        const { upscale } = facts;
        const [, h = 0, w = 0] = image.shape;
        const [width, height, limit] = [w * upscale, h * upscale, limits.imagePixels];
        if (width * height > limit)
          fail('image.tooLarge', { name: 'image.upscale', width, height, limit }, { input: 'image' });
        const rows = ctx.tensor.split(image).map((one) => ({ image: one }));
        const given = await ctx.call(upscaler, 'upscaler', rows);
        return { image: ctx.tensor.stack(given.map((row) => row.image)) };
      }),
    );
  },
});
