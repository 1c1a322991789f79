import { describe, expect, test } from 'vitest';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeContext, fakeContext } from '../build/fake-node-context.ts';
import {
  type Given,
  imageOf,
  maskOf,
  type Numbers,
  operations,
  problemsOf,
  ran,
  type Words,
  worst,
} from '../build/run-node.ts';

const input = (name: string) => operations.inputs[name]!;
/** Inputs and results are the nearest of 256 levels: half a level each. */
const level = 1 / 255 + 1e-6;

/** A picture beyond 0..1 does not fit into bytes: where the result is a mean of the inputs, all of it is brought there. */
const within = ({ shape, data }: Numbers): Numbers => ({ shape, data: data.map((value) => (value + 1) / 3) });

const nodes: Readonly<Record<string, (ctx: FakeContext, given: Words) => Promise<Given>>> = {
  ImageInvert: (ctx, g) => ran('image.invert', ctx, { image: imageOf(ctx, input(g.image)) }),
  ImageBatch: (ctx, g) =>
    ran('image.batch', ctx, {
      image: imageOf(ctx, within(input(g.image1))),
      other: imageOf(ctx, within(input(g.image2))),
    }),
  ImagePadForOutpaint: (ctx, { feathering, ...g }) =>
    ran('image.pad-for-outpaint', ctx, { ...g, image: imageOf(ctx, input(g.image)), feather: feathering }),
  ImageCompositeMasked: (ctx, { resize_source, ...g }) =>
    ran('image.composite', ctx, {
      ...g,
      resize: resize_source,
      destination: imageOf(ctx, within(input(g.destination))),
      source: imageOf(ctx, within(input(g.source))),
      mask: g.mask ? maskOf(ctx, input(g.mask)) : undefined,
    }),
};

test.each(operations.image_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
  '%s gives the reference’s pictures',
  async (_, { node, inputs, outputs }) => {
    const ctx = fakeContext();
    const found = Object.values(await nodes[node]!(ctx, inputs));
    // A mask of another size is resampled besides: its levels count once more.
    const isMean = ['ImageBatch', 'ImageCompositeMasked'].includes(node);
    for (const [i, wanted] of outputs!.entries())
      expect(worst(ctx, found[i], isMean ? within(wanted) : wanted)).toBeLessThanOrEqual(2 * level);
  },
);

const scaled = operations.image_resize.filter((one) => one.scale_by);
test.each(scaled.map((one) => [`${one.input} ${one.method} by ${one.scale_by}`, one] as const))(
  '%s is scaled as by the reference',
  async (_, { input: name, method, scale_by: factor, output }) => {
    const ctx = fakeContext();
    const { image } = await ran('image.scale-by', ctx, { image: imageOf(ctx, input(name)), method, factor });
    expect(worst(ctx, image, output)).toBeLessThanOrEqual(2 * level);
  },
);

/** Grey pictures of one row each. */
const rows = (ctx: FakeContext, ...greys: readonly (readonly number[])[]): TensorRef =>
  ctx.tensor.make(Uint8Array.from(greys.flat().flatMap((grey) => [grey, grey, grey])), 'uint8', [
    greys.length,
    1,
    greys[0]!.length,
    3,
  ]);
/** The red of every pixel. */
const reds = (ctx: FakeContext, found: unknown): number[] =>
  [...(ctx.tensor.dataOf(found as TensorRef) as Uint8Array)].filter((_, i) => i % 3 === 0);

async function greys(name: string, row: readonly number[], values: Given = {}): Promise<number[]> {
  const ctx = fakeContext();
  return reds(ctx, (await ran(name, ctx, { image: rows(ctx, row), ...values })).image);
}

describe('a picture', () => {
  test('is cut, mirrored and turned', async () => {
    expect(await greys('image.crop', [1, 2, 3, 4], { x: 1, width: 2, height: 9 })).toEqual([2, 3]);
    expect(await greys('image.crop', [1, 2, 3, 4], { x: 99, y: 99 })).toEqual([4]);
    expect(await greys('image.flip', [1, 2, 3], { direction: 'horizontally' })).toEqual([3, 2, 1]);
    expect(await greys('image.flip', [1, 2, 3], { direction: 'vertically' })).toEqual([1, 2, 3]);
    const ctx = fakeContext();
    const { image } = await ran('image.rotate', ctx, { image: rows(ctx, [1, 2, 3]), turn: '270' });
    expect((image as TensorRef).shape).toEqual([1, 3, 1, 3]);
    expect(reds(ctx, image)).toEqual([3, 2, 1]);
  });

  test('is blurred by a Gaussian, mirrored at its border', async () => {
    // Weights e^(-1/2) : 1 : e^(-1/2), so 0.2741 : 0.4519 : 0.2741.
    expect(await greys('image.blur', [0, 0, 255, 0, 0], { radius: 1, sigma: 1 })).toEqual([0, 70, 115, 70, 0]);
    expect(await greys('image.blur', [0, 255, 0], { radius: 1, sigma: 1 })).toEqual([140, 115, 140]);
    expect(await greys('image.blur', [9], { radius: 31, sigma: 10 })).toEqual([9]);
  });

  test('is sharpened by what a blur would take away, ten times alpha of it', async () => {
    expect(await greys('image.sharpen', [100, 100, 110, 100, 100], { radius: 1, sigma: 1, alpha: 0.1 })).toEqual([
      100, 97, 115, 97, 100,
    ]);
    expect(await greys('image.sharpen', [1, 2, 3], { alpha: 0 })).toEqual([1, 2, 3]);
  });

  test('is drawn with few colours, by itself or among others', async () => {
    const ctx = fakeContext();
    const image = rows(ctx, [0, 10, 200, 210], [50, 50, 60, 60]);
    const { image: found } = await ran('image.quantize', ctx, { image, colors: 2, dither: 'none' });
    expect(reds(ctx, found)).toEqual([5, 5, 205, 205, 50, 50, 60, 60]);
    for (const dither of ['floyd-steinberg', 'bayer-2', 'bayer-16'])
      expect(new Set(await greys('image.quantize', [0, 64, 128, 255], { colors: 2, dither })).size).toBe(2);
    expect(await greys('image.quantize', [7, 7], { colors: 1 })).toEqual([7, 7]);
  });
});

test('two pictures are mixed by the rule of the mode', async () => {
  const mixed: Record<string, number[]> = {};
  for (const mode of ['normal', 'multiply', 'screen', 'overlay', 'soft_light', 'difference']) {
    const ctx = fakeContext();
    const [image, over] = [rows(ctx, [51, 204]), rows(ctx, [102, 153])];
    mixed[mode] = reds(ctx, (await ran('image.blend', ctx, { image, over, factor: 1, mode })).image);
  }
  expect(mixed).toEqual({
    normal: [102, 153],
    multiply: [20, 122],
    screen: [133, 235],
    overlay: [41, 214],
    soft_light: [43, 209],
    difference: [0, 51],
  });
});

test('pictures are put together, picked and repeated', async () => {
  const ctx = fakeContext();
  const image = rows(ctx, [1, 2], [3, 4], [5, 6]);
  const of = async (name: string, values: Given) => reds(ctx, (await ran(name, ctx, { image, ...values })).image);
  expect(await of('image.from-batch', { index: 1, length: 9 })).toEqual([3, 4, 5, 6]);
  expect(await of('image.from-batch', { index: 99 })).toEqual([5, 6]);
  expect(await of('image.repeat', { amount: 2 })).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  expect(await of('image.batch', { other: rows(ctx, [8, 9]) })).toEqual([1, 2, 3, 4, 5, 6, 8, 9]);
});

test('a picture of one colour has it in every pixel', async () => {
  const ctx = fakeContext();
  const { image } = await ran('image.empty', ctx, { width: 2, height: 1, count: 2, red: 1, green: 2, blue: 3 });
  expect([...(ctx.tensor.dataOf(image as TensorRef) as Uint8Array)]).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

test('a number of pixels is met in the proportions of the picture, in sides of a multiple', async () => {
  const ctx = fakeContext();
  const sizes = async (values: Given) => {
    const image = ctx.tensor.make(new Uint8Array(100 * 50 * 3), 'uint8', [1, 50, 100, 3]);
    return ((await ran('image.scale-to-total-pixels', ctx, { image, ...values })).image as TensorRef).shape;
  };
  expect(await sizes({ megapixels: 0.02 })).toEqual([1, 102, 205, 3]);
  expect(await sizes({ megapixels: 0.02, multiple: 64 })).toEqual([1, 128, 192, 3]);
});

describe('what would take too much memory is refused at its input:', () => {
  const ctx = fakeContext();
  const image = ctx.tensor.make(new Uint8Array(512 * 512 * 3), 'uint8', [1, 512, 512, 3]);
  const thin = ctx.tensor.make(new Uint8Array(4096 * 3), 'uint8', [1, 1, 4096, 3]);
  test.each([
    ['image.scale-by', 'factor', { image: thin, factor: 8 }],
    ['image.scale-to-total-pixels', 'megapixels', { image: thin, megapixels: 64 }],
    ['image.pad-for-outpaint', 'image', { image, left: 16_000, top: 16_000 }],
    ['image.empty', 'width', { width: 8192, height: 8192, count: 16 }],
    ['image.batch', 'other', { image, other: { ...image, shape: [4096, 512, 512, 3] } }],
    ['image.repeat', 'amount', { image: { ...image, shape: [8, 2048, 2048, 3] }, amount: 256 }],
  ] as const)('%s', async (name, at, values) => {
    expect(await problemsOf(name, ctx, values)).toMatchObject([
      { code: 'image.tooLarge', input: at, values: { name } },
    ]);
  });
});

test('pictures of any sizes and counts are laid on each other, also beside', async () => {
  const ctx = fakeContext();
  const [destination, source] = [rows(ctx, [1, 2], [3, 4]), rows(ctx, [7, 8, 9])];
  const mask = ctx.tensor.make(Uint8Array.of(255), 'uint8', [1, 1, 1, 1]);
  const at = async (values: Given) =>
    reds(ctx, (await ran('image.composite', ctx, { destination, source, ...values })).image);
  expect(await at({ x: 1, mask })).toEqual([1, 7, 3, 7]);
  expect(await at({ x: 50, y: 50 })).toEqual([1, 2, 3, 4]);
  const thin = ctx.tensor.make(new Uint8Array(2 * 1 * 3).fill(9), 'uint8', [1, 2, 1, 3]);
  const { image } = await ran('image.batch', ctx, { image: { ...rows(ctx, Array(999).fill(0)) }, other: thin });
  expect(reds(ctx, image).slice(-2)).toEqual([9, 9]);
});
