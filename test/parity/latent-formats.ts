import { intoModel, type LatentFormat, latentFormats, outOfModel } from '../../src-main/diffusion/latent-formats.ts';
import { previewOf } from '../../src-main/diffusion/preview.ts';
import { absolute, equal, type Measured } from './comparison.ts';
import { pseudoNoise } from './mixture.ts';
import { type Group, named, numbers } from './vector-file.ts';

/** Under the reference's names, where Kiln has another. */
const renamed: Readonly<Record<string, LatentFormat>> = { SDXL_Playground_2_5: latentFormats.Playground25 };

export const formatNamed = (name: string): LatentFormat =>
  renamed[name] ?? named(latentFormats as Record<string, LatentFormat>, name, 'latent format');

const close = (tensor: string, found: ArrayLike<number>, wanted: readonly (number | string)[]): Measured =>
  absolute(tensor, found, numbers(wanted), 1e-5);

export const latentFormatGroups: Readonly<Record<string, Group>> = {
  latent_formats: {
    compare(entry, _, name) {
      const format = formatNamed(name);
      const { channels, scale_factor, shift_factor, spacial_downscale_ratio, rgb_factors, rgb_bias, sample } = entry;
      const measured: (Measured | null)[] = [
        equal('channels', format.channels, channels),
        equal('spacial_downscale_ratio', format.downscale, spacial_downscale_ratio),
        close('scale_factor', [format.scale], [scale_factor]),
        close('shift_factor', [format.shift], [shift_factor ?? 0]),
        rgb_factors && close('rgb_factors', format.factors.flat(), rgb_factors.flat()),
        close('rgb_bias', format.bias, rgb_bias ?? [0, 0, 0]),
      ];
      if (sample) {
        const { k, phase, scale, shape, process_in, process_out } = sample;
        const latent = pseudoNoise(
          k,
          shape.reduce((product: number, side: number) => product * side, 1),
          phase,
          scale,
        );
        measured.push(close('process_in', intoModel(format, latent), process_in));
        measured.push(close('process_out', outOfModel(format, latent), process_out));
      }
      return measured.filter((one) => one !== null && one !== undefined);
    },
  },
  preview: {
    name: ({ format }) => format,
    compare({ format, k, phase, scale, shape, rgb_shape, rgb_u8 }) {
      const [, channels = 0, height = 0, width = 0] = shape as number[];
      const latent = Float32Array.from(pseudoNoise(k, channels * height * width, phase, scale));
      const found = previewOf(latent, width, height, formatNamed(format)) ?? [];
      return [equal('rgb_shape', [height, width, 3], rgb_shape), absolute('rgb_u8', found, rgb_u8, 1)];
    },
  },
};
