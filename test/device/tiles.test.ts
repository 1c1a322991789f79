import { afterEach, beforeEach, expect, test } from 'vitest';
import { ortRuntime } from '../../src-main/device/ort/ort.ts';
import { callInTiles, startsOf } from '../../src-main/device/tiles.ts';
import { type TinyPack, tinyPack } from '../build/tiny-parts.ts';
import { testDevice } from './test-device.ts';

let pack: TinyPack;
beforeEach(() => {
  pack = tinyPack();
});
afterEach(() => pack.remove());

test('tiles cover a side, overlap, and end where it ends', () => {
  expect(startsOf(64, 64, 16)).toEqual([0]);
  expect(startsOf(100, 64, 16)).toEqual([0, 36]);
  expect(startsOf(160, 64, 16)).toEqual([0, 48, 96]);
  expect(startsOf(10, 64, 16)).toEqual([0]);
});

test.each([
  ['a wide one', 10, 21],
  ['a high one', 30, 8],
  ['one that fits into a tile', 8, 8],
])(
  'a picture in tiles is that of one piece, where the decoder looks at nothing around a place: %s',
  async (_, height, width) => {
    const runtime = ortRuntime(testDevice('ort'));
    await runtime.load(pack.file('vae-decoder'));
    const { key } = pack.file('vae-decoder').part;
    const values = Float32Array.from({ length: 4 * height * width }, (_, i) => ((i * 37) % 23) - 11);
    const latent = runtime.tensor.from(values, 'float32', [1, 4, height, width]);
    const [whole] = await runtime.call(key, [{ latent }]);
    const before = runtime.held().tensors;
    const [tiled] = await callInTiles(runtime, key, [{ latent }], 8);
    expect(tiled!.image!.shape).toEqual([1, height, width, 3]);
    expect(await runtime.tensor.read(tiled!.image!)).toEqual(await runtime.tensor.read(whole!.image!));
    // Nothing of the pieces is left.
    expect(runtime.held().tensors).toBe(before + 1);
    await runtime.close();
  },
);
