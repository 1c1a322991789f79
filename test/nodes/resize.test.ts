import { expect, test } from 'vitest';
import resize from '../../nodes/image/resize.ts';
import upscale from '../../nodes/image/upscale.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { fakeContext, fakeFacts, fakePack } from '../build/fake-node-context.ts';

/** One row of grey pixels as the red channel of a picture; the fake filter is `nearest`. */
async function resized(rows: readonly (readonly number[])[], values: Record<string, unknown>): Promise<number[][]> {
  const ctx = fakeContext();
  const data = Uint8Array.from(rows.flat().flatMap((grey) => [grey, grey, grey]));
  const image = ctx.tensor.make(data, 'uint8', [1, rows.length, rows[0]!.length, 3]);
  const item = { image, width: 0, height: 0, fit: 'crop', filter: 'nearest', prepared: {}, ...values };
  const [made] = await resize.run!([item], ctx);
  const ref = made!.image as TensorRef;
  const [, h, w] = ref.shape as [number, number, number, number];
  const bytes = ctx.tensor.dataOf(ref) as Uint8Array;
  return Array.from({ length: h }, (_, y) => Array.from({ length: w }, (_, x) => bytes[(y * w + x) * 3]!));
}

const wide = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];

test('stretch fills the size', async () => {
  expect(await resized(wide, { width: 2, height: 2, fit: 'stretch' })).toEqual([
    [1, 3],
    [5, 7],
  ]);
});

test('crop keeps the middle', async () => {
  expect(await resized(wide, { width: 2, height: 2, fit: 'crop' })).toEqual([
    [2, 3],
    [6, 7],
  ]);
});

test('pad keeps everything and adds black bars', async () => {
  expect(await resized(wide, { width: 4, height: 4, fit: 'pad' })).toEqual([
    [0, 0, 0, 0],
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [0, 0, 0, 0],
  ]);
});

test('a side of 0 follows the other one, and two leave the picture as it is', async () => {
  expect(await resized(wide, { width: 2 })).toEqual([[1, 3]]);
  expect(await resized(wide, { height: 4 })).toEqual(
    [1, 1, 5, 5].map((v) => [v, v, v + 1, v + 1, v + 2, v + 2, v + 3, v + 3]),
  );
  expect(await resized(wide, {})).toEqual(wide);
});

test('a size that would take too much memory is refused', async () => {
  await expect(resized([Array(9).fill(1)], { height: 16_384 })).rejects.toThrow('image.tooLarge');
  await expect(resized([Array(9).fill(1)], { width: 1, height: 16_384 })).rejects.toThrow('image.tooLarge');
});

test('a pack without an upscaler leaves pictures as they are, in tensors of their own, and says so', async () => {
  const without = { ...fakeFacts, parts: fakeFacts.parts.filter(({ name }) => name !== 'upscaler') };
  const ctx = fakeContext(without);
  const image = ctx.tensor.from(new Uint8Array(2 * 4 * 4 * 3).fill(7), 'uint8', [2, 4, 4, 3]);
  const [made] = await upscale.run!([{ image, upscaler: fakePack, prepared: {} }], ctx);
  expect(made!.image).toMatchObject({ shape: [2, 4, 4, 3] });
  expect((made!.image as TensorRef).id).not.toBe(image.id);
  expect(ctx.calls).toEqual([]);
});

test('an upscaled picture that would take too much memory is refused before it is drawn', async () => {
  const ctx = fakeContext({ ...fakeFacts, upscale: 4096 });
  const image = ctx.tensor.make(new Uint8Array(24), 'uint8', [1, 2, 4, 3]);
  await expect(upscale.run!([{ image, upscaler: fakePack, prepared: {} }], ctx)).rejects.toThrow('image.tooLarge');
  expect(ctx.calls).toEqual([]);
});
