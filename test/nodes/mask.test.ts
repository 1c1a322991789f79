import { expect, test } from 'vitest';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeContext, fakeContext } from '../build/fake-node-context.ts';
import { imageOf, maskOf, operations, problemsOf, ran, type Words, worst } from '../build/run-node.ts';

const input = (name: string) => operations.inputs[name]!;
/** Inputs and results are the nearest of 256 levels: half a level each, and once more where two are multiplied. */
const levels = (count: number) => count / 255 + 1e-6;

const nodes: Readonly<Record<string, (ctx: FakeContext, given: Words) => Promise<unknown>>> = {
  GrowMask: async (ctx, g) =>
    (await ran('mask.grow', ctx, { mask: maskOf(ctx, input(g.mask)), expand: g.expand, tapered: g.tapered_corners }))
      .mask,
  FeatherMask: async (ctx, g) => (await ran('mask.feather', ctx, { ...g, mask: maskOf(ctx, input(g.mask)) })).mask,
  InvertMask: async (ctx, g) => (await ran('mask.invert', ctx, { mask: maskOf(ctx, input(g.mask)) })).mask,
  MaskComposite: async (ctx, g) => {
    const [destination, source] = [g.destination, g.source].map((name) => maskOf(ctx, input(name)));
    return (await ran('mask.compose', ctx, { ...g, destination, source })).mask;
  },
  CropMask: async (ctx, g) => (await ran('mask.crop', ctx, { ...g, mask: maskOf(ctx, input(g.mask)) })).mask,
  MaskToImage: async (ctx, g) => (await ran('mask.to-image', ctx, { mask: maskOf(ctx, input(g.mask)) })).image,
};
const cases = operations.mask_ops.filter(({ node }) => nodes[node]);

test.each(cases.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
  '%s gives the reference’s mask',
  async (_, { node, inputs, output }) => {
    const ctx = fakeContext();
    expect(worst(ctx, await nodes[node]!(ctx, inputs), output!)).toBeLessThanOrEqual(levels(1.5));
  },
);

const bytesOf = (ctx: FakeContext, found: unknown): number[] => [
  ...(ctx.tensor.dataOf(found as TensorRef) as Uint8Array),
];
const picture = (ctx: FakeContext) => imageOf(ctx, { shape: [1, 1, 3, 3], data: [1, 0, 0, 0, 1, 0, 0.2, 0.4, 0.6] });

test('a channel or the brightness of a picture is a mask', async () => {
  const ctx = fakeContext();
  const masks = await Promise.all(
    ['red', 'green', 'blue', 'luminance'].map((channel) =>
      ran('mask.from-image-channel', ctx, { image: picture(ctx), channel }),
    ),
  );
  expect(masks.map(({ mask }) => bytesOf(ctx, mask))).toEqual([
    [255, 0, 51],
    [0, 255, 102],
    [0, 0, 153],
    [76, 150, 93],
  ]);
});

test('a colour is found where it is that very one', async () => {
  const ctx = fakeContext();
  const { mask } = await ran('mask.from-color', ctx, { image: picture(ctx), red: 51, green: 102, blue: 153 });
  expect(bytesOf(ctx, mask)).toEqual([0, 0, 255]);
});

test('a threshold makes a mask hard; what is just as much is out', async () => {
  const ctx = fakeContext();
  const mask = ctx.tensor.make(Uint8Array.of(0, 51, 52, 255), 'uint8', [1, 1, 4, 1]);
  expect(bytesOf(ctx, (await ran('mask.threshold', ctx, { mask, level: 0.2 })).mask)).toEqual([0, 0, 255, 255]);
});

test('a solid mask has its size, and one that would take too much memory is refused', async () => {
  const ctx = fakeContext();
  const { mask } = await ran('mask.solid', ctx, { value: 0.5, width: 3, height: 2 });
  expect((mask as TensorRef).shape).toEqual([1, 2, 3, 1]);
  expect(bytesOf(ctx, mask)).toEqual(Array(6).fill(128));
  expect(await problemsOf('mask.solid', ctx, { width: 16_384, height: 16_384 })).toMatchObject([
    { code: 'image.tooLarge', input: 'width', values: { name: 'mask.solid' } },
  ]);
});

test('a mask is read from a picture file, which has to be chosen', async () => {
  const ctx = fakeContext();
  ctx.addFile('d', Uint8Array.of(2, 1, 10, 20, 30, 40, 50, 60));
  const file = { digest: 'd', name: 'mask.png' };
  expect(bytesOf(ctx, (await ran('mask.load', ctx, { file, channel: 'green' })).mask)).toEqual([20, 50]);
  // What is transparent; the fake's opacity is its first bytes.
  expect(bytesOf(ctx, (await ran('mask.load', ctx, { file, channel: 'alpha' })).mask)).toEqual([245, 235]);
  expect(await problemsOf('mask.load', ctx, { file: null })).toMatchObject([{ code: 'input.notSet', input: 'file' }]);
});

test('masks of other sizes and counts are composed and cut without a complaint', async () => {
  const ctx = fakeContext();
  const [one, two] = [
    ctx.tensor.make(new Uint8Array(2 * 2 * 2).fill(100), 'uint8', [2, 2, 2, 1]),
    ctx.tensor.make(new Uint8Array(9).fill(50), 'uint8', [1, 3, 3, 1]),
  ];
  const { mask } = await ran('mask.compose', ctx, { destination: one, source: two, x: 1, y: 9, operation: 'add' });
  expect(bytesOf(ctx, mask)).toEqual(Array(8).fill(100));
  const cut = await ran('mask.crop', ctx, { mask: two, x: 100, y: 100, width: 5, height: 5 });
  expect((cut.mask as TensorRef).shape).toEqual([1, 1, 1, 1]);
  expect(bytesOf(ctx, (await ran('mask.grow', ctx, { mask: one, expand: -512, tapered: false })).mask)).toEqual(
    Array(8).fill(100),
  );
});
