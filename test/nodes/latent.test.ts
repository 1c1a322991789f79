import { expect, test } from 'vitest';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeContext, fakeContext } from '../build/fake-node-context.ts';
import { type Given, latentOf, maskOf, operations, problemsOf, ran, type Words, worst } from '../build/run-node.ts';

const input = (name: string) => operations.inputs[name]!;
const two = (ctx: FakeContext, { samples1, samples2 }: Words) => ({
  latent: latentOf(ctx, input(samples1)),
  other: latentOf(ctx, input(samples2)),
});
const one = (ctx: FakeContext, { samples }: Words) => ({ latent: latentOf(ctx, input(samples)) });
const layers = (ctx: FakeContext, above: string, below: string) => ({
  source: latentOf(ctx, input(above)),
  destination: latentOf(ctx, input(below)),
});

const nodes: Readonly<Record<string, (ctx: FakeContext, given: Words) => Promise<Given>>> = {
  LatentBlend: (ctx, g) => ran('latent.blend', ctx, { ...two(ctx, g), factor: g.blend_factor }),
  LatentComposite: (ctx, g) => ran('latent.composite', ctx, { ...g, ...layers(ctx, g.samples_from, g.samples_to) }),
  LatentCompositeMasked: (ctx, g) =>
    ran('latent.composite-masked', ctx, {
      ...g,
      ...layers(ctx, g.source, g.destination),
      mask: g.mask ? maskOf(ctx, input(g.mask)) : undefined,
      resize: g.resize_source,
    }),
  LatentAdd: (ctx, g) => ran('latent.add', ctx, two(ctx, g)),
  LatentSubtract: (ctx, g) => ran('latent.subtract', ctx, two(ctx, g)),
  LatentMultiply: (ctx, g) => ran('latent.multiply', ctx, { ...one(ctx, g), factor: g.multiplier }),
  LatentInterpolate: (ctx, g) => ran('latent.interpolate', ctx, { ...two(ctx, g), ratio: g.ratio }),
  LatentFlip: (ctx, g) =>
    ran('latent.flip', ctx, { ...one(ctx, g), direction: String(g.flip_method).split(' ').at(-1) }),
  LatentRotate: (ctx, g) => ran('latent.rotate', ctx, { ...one(ctx, g), turn: String(g.rotation).split(' ')[0] }),
  LatentCrop: (ctx, g) => ran('latent.crop', ctx, { ...g, ...one(ctx, g) }),
  LatentConcat: (ctx, g) => ran('latent.concat', ctx, { ...two(ctx, g), side: g.dim }),
  LatentCut: (ctx, g) => ran('latent.cut', ctx, { ...g, ...one(ctx, g), side: g.dim }),
  RepeatLatentBatch: (ctx, g) => ran('latent.repeat', ctx, { ...g, ...one(ctx, g) }),
  LatentFromBatch: (ctx, g) => ran('latent.from-batch', ctx, { ...g, ...one(ctx, g), index: g.batch_index }),
  LatentBatch: (ctx, g) => ran('latent.batch', ctx, two(ctx, g)),
};
const cases = operations.latent_ops.filter(({ node, inputs }) => nodes[node] && inputs.rotation !== 'none');

test.each(cases.map((each) => [`${each.node} ${JSON.stringify(each.inputs)}`, each] as const))(
  '%s gives the reference’s latent',
  async (_, { node, inputs, output }) => {
    const ctx = fakeContext();
    const { latent } = await nodes[node]!(ctx, inputs);
    // A mask has 256 levels, and what it mixes reaches from -1.4 to 1.4.
    const isMasked = Boolean(inputs.mask);
    expect(worst(ctx, latent, output!)).toBeLessThanOrEqual(isMasked ? 2.83 * (0.5 / 255) : 3e-6);
  },
);

const near = { 'nearest-exact': 1e-6, area: 1e-6, bilinear: 2e-6, bicubic: 2e-6, bislerp: 1e-4 } as Record<
  string,
  number
>;
const scaled = operations.latent_resize.filter(({ scale_by }) => scale_by);
test.each(scaled.map((each) => [`${each.input} ${each.method} by ${each.scale_by}`, each] as const))(
  '%s is the reference’s',
  async (_, { input: name, method, scale_by: factor, output }) => {
    const ctx = fakeContext();
    const { latent } = await ran('latent.upscale-by', ctx, { latent: latentOf(ctx, input(name)), method, factor });
    expect(worst(ctx, latent, output)).toBeLessThanOrEqual(near[method]!);
  },
);

test('a size is in pixels, 8 to a cell; a side of 0 follows the other one', async () => {
  const sizeFor = async (values: Given) => {
    const ctx = fakeContext();
    const { latent } = await ran('latent.upscale', ctx, { latent: latentOf(ctx, input('latA')), ...values });
    return (latent as TensorRef).shape.slice(2);
  };
  expect(await sizeFor({ width: 128, height: 64 })).toEqual([8, 16]);
  expect(await sizeFor({ width: 0, height: 128 })).toEqual([16, 21]);
  expect(await sizeFor({ width: 0, height: 0 })).toEqual([3, 4]);
});

const shaped = (ctx: FakeContext, ...shape: number[]): TensorRef => ctx.tensor.full(shape, 1);

test('latents of other families do not fit, and the input that brings them is named', async () => {
  const ctx = fakeContext();
  const [latent, other] = [shaped(ctx, 1, 4, 8, 8), shaped(ctx, 1, 16, 8, 8)];
  for (const name of ['add', 'subtract', 'blend', 'interpolate', 'batch', 'concat'])
    expect(await problemsOf(`latent.${name}`, ctx, { latent, other }), name).toEqual([
      {
        code: 'latent.doesNotFit',
        values: {
          given: '[1, 16, 8, 8]',
          wanted: name === 'concat' ? '[images, 4, 8, width]' : '[images, 4, height, width]',
        },
        input: 'other',
      },
    ]);
  for (const name of ['composite', 'composite-masked'])
    expect(await problemsOf(`latent.${name}`, ctx, { destination: latent, source: other }), name).toMatchObject([
      { code: 'latent.doesNotFit', input: 'source' },
    ]);
});

test('sides that touch have to be equal', async () => {
  const ctx = fakeContext();
  const [latent, other] = [shaped(ctx, 1, 4, 8, 8), shaped(ctx, 1, 4, 8, 9)];
  expect(await problemsOf('latent.concat', ctx, { latent, other, side: 'x' })).toEqual([]);
  expect(await problemsOf('latent.concat', ctx, { latent, other, side: '-y' })).toMatchObject([
    { code: 'latent.doesNotFit', input: 'other', values: { wanted: '[images, 4, height, 8]' } },
  ]);
});

test('a latent of another rank does not fit', async () => {
  const ctx = fakeContext();
  const film = shaped(ctx, 1, 4, 2, 8, 8);
  for (const name of ['crop', 'flip', 'upscale', 'multiply', 'repeat'])
    expect(await problemsOf(`latent.${name}`, ctx, { latent: film }), name).toMatchObject([
      { code: 'latent.doesNotFit', input: 'latent', values: { wanted: '[images, channels, height, width]' } },
    ]);
});

test('what would take too much memory is refused at its input', async () => {
  const ctx = fakeContext();
  const latent = shaped(ctx, 64, 1, 64, 64);
  expect(await problemsOf('latent.upscale', ctx, { latent, width: 16_384, height: 16_384 })).toMatchObject([
    { code: 'image.tooLarge', input: 'width' },
  ]);
  expect(await problemsOf('latent.upscale-by', ctx, { latent, factor: 8 })).toMatchObject([
    { code: 'image.tooLarge', input: 'factor' },
  ]);
  expect(await problemsOf('latent.repeat', ctx, { latent, amount: 256 })).toMatchObject([
    { code: 'image.tooLarge', input: 'amount' },
  ]);
});

test('a latent smaller than 8 cells is cut from its corner, and one beside another leaves it as it is', async () => {
  const ctx = fakeContext();
  const small = latentOf(ctx, input('latA'));
  const { latent } = await ran('latent.crop', ctx, { latent: small, x: 64, y: 64 });
  expect(worst(ctx, latent, input('latA'))).toBeLessThan(1e-6);
  for (const name of ['composite', 'composite-masked']) {
    const laid = await ran(`latent.${name}`, ctx, { destination: small, source: small, x: 4096, y: 4096, feather: 64 });
    expect(worst(ctx, laid.latent, input('latA'))).toBeLessThan(1e-6);
  }
});
