import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchImages, imageSize, invertImage, padForOutpaint } from '../../src-main/diffusion/planes/image-ops.ts';
import {
  addLatents,
  batchLatents,
  blendLatents,
  compositeLatents,
  compositeMasked,
  concatLatents,
  cropLatent,
  cutLatent,
  flipLatent,
  interpolateLatents,
  latentFromBatch,
  multiplyLatent,
  repeatLatent,
  rotateLatent,
  scaledSize,
  subtractLatents,
  upscaledSize,
} from '../../src-main/diffusion/planes/latent-ops.ts';
import {
  compositeMasks,
  cropMask,
  featherMask,
  forInpainting,
  growMask,
  invertMask,
  maskFor,
  maskForModel,
} from '../../src-main/diffusion/planes/mask-ops.ts';
import { type Planes, planesOf, valueAt } from '../../src-main/diffusion/planes/planes.ts';
import { type Resample, resampled } from '../../src-main/diffusion/planes/resample.ts';

interface Tensor {
  shape: number[];
  data: number[];
}
// biome-ignore lint/suspicious/noExplicitAny: numbers and words by their names, as the reference's nodes take them.
type Given = Record<string, any>;
interface Resized {
  input: string;
  method: Resample;
  width?: number;
  height?: number;
  scale_by?: number;
  crop?: 'disabled' | 'center';
  output: Tensor;
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/ops.json'), 'utf8')) as {
  inputs: Record<string, Tensor>;
  latent_resize: Resized[];
  image_resize: Resized[];
  latent_resize_sizes: {
    node: string;
    input: string;
    scale_by?: number;
    width?: number;
    height?: number;
    shape: number[];
    output?: number[];
  }[];
  latent_ops: { node: string; inputs: Given; output: Tensor }[];
  image_ops: { node: string; inputs: Given; outputs: Tensor[] }[];
  mask_ops: {
    node: string;
    inputs: Given;
    output?: Tensor;
    noise_mask?: Tensor;
    concat_mask?: Tensor;
    pixels_shape?: number[];
    pixels_channel0?: number[] | null;
  }[];
};

const latent = ({ shape, data }: Tensor): Planes => ({ shape: shape as unknown as Planes['shape'], data });
/** Pictures lie [images, height, width, channels] there. */
const image = ({ shape: [n = 1, h = 1, w = 1, channels = 1], data }: Tensor): Planes =>
  planesOf([n, channels, h, w], (i, c, y, x) => data[((i * h + y) * w + x) * channels + c]!);
const mask = ({ shape, data }: Tensor): Planes => {
  const [n, h, w] = [shape[0]!, ...shape.slice(-2)] as [number, number, number];
  return { shape: [n, 1, h, w], data };
};
const input = (name: string) => golden.inputs[name]!;

function expectClose(found: Planes, wanted: Planes, within: number): void {
  expect(found.shape).toEqual(wanted.shape);
  let worst = 0;
  for (let i = 0; i < wanted.data.length; i++) worst = Math.max(worst, Math.abs(found.data[i]! - wanted.data[i]!));
  expect(worst).toBeLessThanOrEqual(within);
}
const tolerances: Record<Resample, number> = {
  'nearest-exact': 1e-6,
  area: 1e-6,
  bilinear: 2e-6,
  bicubic: 2e-6,
  bislerp: 1e-4,
  lanczos: 1 / 255 + 1e-6,
};

describe('resampling', () => {
  const name = ({ input: of, method, width, height, scale_by, crop }: Resized) =>
    `${of} ${method} to ${scale_by ?? `${width}×${height}`} ${crop ?? ''}`;
  const all = [
    ...golden.latent_resize.map((one) => [name(one), one, latent] as const),
    ...golden.image_resize.map((one) => [name(one), one, image] as const),
  ];
  test.each(all)('%s is the reference’s', (_, one, read) => {
    const from = read(input(one.input));
    const [width, height] = one.scale_by ? scaledSize(from, one.scale_by) : imageSize(from, one.width!, one.height!);
    const found = resampled(from, width, height, one.method, one.crop === 'center');
    expectClose(found, read(one.output), tolerances[one.method]);
  });

  test('sizes follow the rules of the nodes', () => {
    for (const { node, input: of, scale_by, width, height, shape, output } of golden.latent_resize_sizes) {
      const from = latent(input(of));
      const [w, h] = node === 'LatentUpscaleBy' ? scaledSize(from, scale_by!) : upscaledSize(from, width!, height!);
      expect([h, w]).toEqual(shape.slice(-2));
      if (output) expectClose(resampled(from, w, h, 'nearest-exact'), latent({ shape, data: output }), 1e-6);
    }
  });
});

describe('operations', () => {
  const at = (given: Given, of: string) => latent(input(given[of]));
  const maskIn = (given: Given) => (given.mask ? mask(input(given.mask)) : null);
  const latents: Record<string, (given: Given) => Planes> = {
    LatentBlend: (g) => blendLatents(at(g, 'samples1'), at(g, 'samples2'), g.blend_factor),
    LatentComposite: (g) => compositeLatents(at(g, 'samples_to'), at(g, 'samples_from'), g.x, g.y, g.feather),
    LatentCompositeMasked: (g) =>
      compositeMasked(at(g, 'destination'), at(g, 'source'), g.x / 8, g.y / 8, maskIn(g), g.resize_source),
    LatentAdd: (g) => addLatents(at(g, 'samples1'), at(g, 'samples2')),
    LatentSubtract: (g) => subtractLatents(at(g, 'samples1'), at(g, 'samples2')),
    LatentMultiply: (g) => multiplyLatent(at(g, 'samples'), g.multiplier),
    LatentInterpolate: (g) => interpolateLatents(at(g, 'samples1'), at(g, 'samples2'), g.ratio),
    LatentFlip: (g) =>
      flipLatent(at(g, 'samples'), g.flip_method.includes('vertically') ? 'vertically' : 'horizontally'),
    LatentRotate: (g) => rotateLatent(at(g, 'samples'), ((Number.parseInt(g.rotation, 10) || 0) / 90) as 0 | 1 | 2 | 3),
    LatentCrop: (g) => cropLatent(at(g, 'samples'), g.width, g.height, g.x, g.y),
    LatentConcat: (g) => concatLatents(at(g, 'samples1'), at(g, 'samples2'), g.dim),
    LatentCut: (g) => cutLatent(at(g, 'samples'), g.dim, g.index, g.amount),
    RepeatLatentBatch: (g) => repeatLatent(at(g, 'samples'), g.amount),
    LatentFromBatch: (g) => latentFromBatch(at(g, 'samples'), g.batch_index, g.length),
    LatentBatch: (g) => batchLatents(at(g, 'samples1'), at(g, 'samples2')),
    LatentBatchSeedBehavior: (g) => at(g, 'samples'),
  };
  test.each(golden.latent_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
    '%s does what the reference does',
    (_, { node, inputs, output }) => expectClose(latents[node]!(inputs), latent(output), 3e-6),
  );

  const pictures: Record<string, (given: Given) => readonly Planes[]> = {
    ImageInvert: (g) => [invertImage(image(input(g.image)))],
    ImageBatch: (g) => [batchImages(image(input(g.image1)), image(input(g.image2)))],
    ImagePadForOutpaint: ({ image: of, left, top, right, bottom, feathering }) => {
      const padded = padForOutpaint(image(input(of)), { left, top, right, bottom }, feathering);
      return [padded.image, padded.mask];
    },
    ImageCompositeMasked: (g) => [
      compositeMasked(image(input(g.destination)), image(input(g.source)), g.x, g.y, maskIn(g), g.resize_source),
    ],
  };
  test.each(golden.image_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
    '%s does what the reference does',
    (_, { node, inputs, outputs }) => {
      const found = pictures[node]!(inputs);
      outputs.forEach((output, i) => {
        expectClose(found[i]!, output.shape.length === 4 ? image(output) : mask(output), 3e-6);
      });
    },
  );

  const masks: Record<string, (given: Given) => Planes> = {
    GrowMask: (g) => growMask(mask(input(g.mask)), g.expand, g.tapered_corners),
    FeatherMask: (g) => featherMask(mask(input(g.mask)), g.left, g.top, g.right, g.bottom),
    InvertMask: (g) => invertMask(mask(input(g.mask))),
    MaskComposite: (g) => compositeMasks(mask(input(g.destination)), mask(input(g.source)), g.x, g.y, g.operation),
    CropMask: (g) => cropMask(mask(input(g.mask)), g.x, g.y, g.width, g.height),
    MaskToImage: (g) => {
      const of = mask(input(g.mask));
      const [n, , h, w] = of.shape;
      return planesOf([n, 3, h, w], (i, _, y, x) => valueAt(of, i, 0, y, x));
    },
    reshape_mask: (g) => maskFor(mask(input(g.mask)), g.output_shape),
  };
  test.each(golden.mask_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
    '%s does what the reference does',
    (_, { node, inputs, output, noise_mask, concat_mask, pixels_shape, pixels_channel0 }) => {
      if (output) {
        const wanted = node === 'MaskToImage' ? image(output) : node === 'reshape_mask' ? latent(output) : mask(output);
        expectClose(masks[node]!(inputs), wanted, 2e-6);
        return;
      }
      const [pixels, over] = [image(input(inputs.pixels)), mask(input(inputs.mask))];
      if (node === 'InpaintModelConditioning') {
        expectClose(maskForModel(pixels, over), mask(noise_mask!), 2e-6);
        if (concat_mask) expectClose(maskForModel(pixels, over), mask(concat_mask), 2e-6);
        return;
      }
      const found = forInpainting(pixels, over, inputs.grow_mask_by);
      expectClose(found.noiseMask, mask(noise_mask!), 0);
      expect([found.pixels.shape[2], found.pixels.shape[3]]).toEqual(pixels_shape!.slice(1, 3));
      pixels_channel0?.forEach((value, i) => {
        expect(Math.abs(found.pixels.data[i]! - value)).toBeLessThan(1e-6);
      });
    },
  );
});
