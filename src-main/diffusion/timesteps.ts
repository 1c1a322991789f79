import type { TimestepConvention } from '../model/pack.ts';
import type { NoiseModel } from './noise-model.ts';

/** What a denoiser is fed for a sigma. `model` matters for `index` alone: the place of the nearest sigma in its table. */
export function timestepOf(convention: TimestepConvention, sigma: number, model: NoiseModel): number {
  switch (convention) {
    case 'sigma':
      return sigma;
    case '1000*sigma':
      return 1000 * sigma;
    case '1-sigma':
      return 1 - sigma;
    case 'index':
      return model.timestepOf(sigma);
  }
}

/** What a denoiser is fed for a timestep on the scale of 1000. */
export function asFed(convention: TimestepConvention, timestep: number): number {
  switch (convention) {
    case 'sigma':
      return timestep / 1000;
    case '1-sigma':
      return (1000 - timestep) / 1000;
    default:
      return timestep;
  }
}
