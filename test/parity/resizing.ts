import { imageSize } from '../../src-main/diffusion/planes/image-ops.ts';
import { scaledSize, upscaledSize } from '../../src-main/diffusion/planes/latent-ops.ts';
import type { Planes } from '../../src-main/diffusion/planes/planes.ts';
import { type Resample, resampled } from '../../src-main/diffusion/planes/resample.ts';
import { equal } from './comparison.ts';
import { imageOf, inputOf, latentOf, planesAgainst, type Tensor } from './tensors.ts';
import { type Group, named, type Recorded } from './vector-file.ts';

const copied = 1e-6;
const tolerances: Readonly<Record<Resample, number>> = {
  'nearest-exact': copied,
  area: copied,
  bilinear: 2e-6,
  bicubic: 2e-6,
  // The angle of two vectors is hard to tell where they are almost alike.
  bislerp: 1e-4,
  // One step of the 8 bits that it goes through.
  lanczos: 1 / 255 + copied,
};

const resized = (read: (tensor: Tensor) => Planes): Group => ({
  name: ({ input, method, width, height, scale_by, crop }) =>
    `${input} ${method} ${scale_by === undefined ? `to ${width}×${height}` : `by ${scale_by}`}${crop === 'center' ? ', cut' : ''}`,
  compare({ input, method, width, height, scale_by, crop = 'disabled', output }, file) {
    const tolerance = named(tolerances, method, 'way to resample');
    const from = read(inputOf(file, input));
    const [w, h] = scale_by === undefined ? imageSize(from, width, height) : scaledSize(from, scale_by);
    const isCut = named({ disabled: false, center: true }, crop, 'crop');
    return [planesAgainst('output', resampled(from, w, h, method as Resample, isCut), read(output), tolerance)];
  },
});

const sizesOf: Readonly<Record<string, (from: Planes, entry: Recorded) => readonly [number, number]>> = {
  LatentUpscale: (from, { width, height }) => upscaledSize(from, width, height),
  LatentUpscaleBy: (from, { scale_by }) => scaledSize(from, scale_by),
};

const sizes: Group = {
  name: ({ node, input, width, height, scale_by }) =>
    `${node} ${input} ${scale_by === undefined ? `to ${width}×${height}` : `by ${scale_by}`}`,
  compare(entry, file) {
    const { node, input, shape, output } = entry;
    const from = latentOf(inputOf(file, input));
    const [w, h] = named(sizesOf, node, 'node')(from, entry);
    return [
      equal('shape', [...from.shape.slice(0, 2), h, w], shape),
      ...(output
        ? [
            planesAgainst(
              'output',
              resampled(from, w, h, 'nearest-exact'),
              latentOf({ shape, data: output }),
              tolerances['nearest-exact'],
            ),
          ]
        : []),
    ];
  },
};

export const resizing: Readonly<Record<string, Group>> = {
  latent_resize: resized(latentOf),
  image_resize: resized(imageOf),
  latent_resize_sizes: sizes,
};
