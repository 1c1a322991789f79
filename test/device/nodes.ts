import { fail } from '../../src-main/model/errors.ts';
import { file, int, link, text } from '../../src-main/model/inputs.ts';
import { defineNode } from '../../src-main/model/node-type.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';

/** A plain sampler: one row a step. */
const sample = defineNode({
  type: 'test.sample',
  title: 'Sample',
  about: 'Calls a denoiser at every step.',
  inputs: {
    model: link('denoiser'),
    start: link('latent'),
    hidden: link('latent'),
    steps: int({ default: 4, min: 1, max: 1000 }),
  },
  outputs: { latent: 'latent' },
  async run([item], ctx) {
    const { model, start, hidden, steps } = item!;
    let latent: TensorRef = start;
    for (let step = 0; step < steps; step++) {
      const [made] = await ctx.call(model, 'denoiser', [{ latent, timestep: steps - step, hidden }]);
      latent = ctx.tensor.linear([
        { factor: 0.5, tensor: latent },
        { factor: 0.5, tensor: made!.prediction },
      ]);
      ctx.progress(step + 1, steps, { latent: made!.prediction, pack: model });
    }
    return [{ latent }];
  },
});

/** Several rows in its first call, then fewer in each. */
const shrink = defineNode({
  type: 'test.shrink',
  title: 'Shrink',
  about: 'Asks for n rows, then n - 1, and so on; with grow for more each time.',
  inputs: { model: link('denoiser'), start: link('latent'), hidden: link('latent'), counts: text({ default: '2,1' }) },
  outputs: { count: 'int' },
  async run([item], ctx) {
    const { model, start: latent, hidden, counts } = item!;
    for (const count of counts.split(',').map(Number))
      await ctx.call(model, 'denoiser', Array(count).fill({ latent, timestep: 1, hidden }));
    return [{ count: counts.length }];
  },
});

const decode = defineNode({
  type: 'test.decode',
  title: 'Decode',
  about: 'Makes a picture file.',
  inputs: { vae: link('vae'), latent: link('latent') },
  outputs: { image: 'image', count: 'int' },
  async run([item], ctx) {
    const [row] = await ctx.call(item!.vae, 'vae-decoder', [{ latent: item!.latent }]);
    const png = await ctx.pixels.encode(row!.image);
    return [{ image: row!.image, count: png.bytes }];
  },
});

const misbehave = defineNode({
  type: 'test.misbehave',
  title: 'Misbehave',
  about: 'Fails in the way it is told to.',
  inputs: { how: text({ default: '' }) },
  outputs: { latent: 'latent' },
  async run([item], ctx) {
    ctx.tensor.full([1000], 1);
    if (item!.how === 'expected') return fail('image.missing', { name: 'cat.png' });
    if (item!.how === 'bug') throw new TypeError('x is not a function');
    if (item!.how === 'nan') return [{ latent: ctx.tensor.full([1, 4], Number.NaN) }];
    if (item!.how === 'for ever') await new Promise(() => {});
    return [{ latent: ctx.tensor.full([1], 1) }];
  },
});

const readFile = defineNode({
  type: 'test.read-file',
  title: 'Read a file',
  about: 'Asks the core for a file.',
  inputs: { from: file(['*']) },
  outputs: { latent: 'latent' },
  async run([item], ctx) {
    const bytes = await ctx.file(item!.from!.digest);
    return [{ latent: ctx.tensor.from(bytes, 'uint8', [bytes.length]) }];
  },
});

const picture = defineNode({
  type: 'test.picture',
  title: 'Picture',
  about: 'Reads a picture file.',
  inputs: { from: file(['image/png']) },
  outputs: { image: 'image', mask: 'mask' },
  async run([item], ctx) {
    const { digest, name } = item!.from!;
    const bytes = await ctx.file(digest);
    return [{ image: await ctx.pixels.decode(bytes, name), mask: await ctx.pixels.alpha(bytes, name) }];
  },
});

/** Waits for a file between two rows: it must not hold up those that ride along. */
const slow = defineNode({
  type: 'test.slow',
  title: 'Slow',
  about: 'Reads a file between two calls.',
  inputs: { model: link('denoiser'), start: link('latent'), hidden: link('latent'), from: file(['*']) },
  outputs: { count: 'int' },
  async run([item], ctx) {
    const { model, start: latent, hidden, from } = item!;
    await ctx.call(model, 'denoiser', [{ latent, timestep: 1, hidden }]);
    await ctx.file(from!.digest);
    await ctx.call(model, 'denoiser', [{ latent, timestep: 1, hidden }]);
    return [{ count: 2 }];
  },
});

/** Takes the thread and does not give it back, as a device call may. */
const block = defineNode({
  type: 'test.block',
  title: 'Block',
  about: 'Never gives its thread back.',
  inputs: {},
  outputs: { count: 'int' },
  async run(_, ctx) {
    ctx.progress(0, 1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return [{ count: 0 }];
  },
});

export const nodeTypes = [sample, shrink, decode, misbehave, readFile, picture, slow, block];
