import { float, int } from '../model/inputs.ts';
import { limits } from '../model/limits.ts';

// Inputs that several nodes for sigmas have.

/** `given`: where a node's limits or its default are other ones. */
export const stepCount = (given: { readonly default?: number; readonly min?: number; readonly max?: number } = {}) =>
  int({ default: 20, min: 1, max: 1000, help: 'How many steps; the list has one number more.', ...given });

export const shareDrawn = float({
  default: 1,
  min: 0,
  max: 1,
  step: 0.01,
  help: 'How much is drawn anew: below 1 only the last part of the way is taken.',
});

/** Between what amounts of noise a model of Stable Diffusion works. */
export const sigmaEnds = {
  'sigma-max': float({
    default: 14.614642,
    min: 0.000001,
    max: 5000,
    step: 0.000001,
    help: 'The noise at the start.',
  }),
  'sigma-min': float({
    default: 0.0291675,
    min: 0.0000001,
    max: 5000,
    step: 0.0000001,
    help: 'The noise before the last step, which ends without any.',
  }),
};

const side = { default: 1024, min: 16, max: limits.imageSidePx, step: 16, unit: 'px' } as const;

/** Of schedules that follow the size of a picture. */
export const pictureSides = {
  width: int({ ...side, help: 'The width of the picture.' }),
  height: int({ ...side, help: 'The height of the picture.' }),
};
