import {
  alignYourStepsSigmas,
  flux2Sigmas,
  gitsSigmas,
  ideogram4Sigmas,
  laplaceSigmas,
  ltxvSigmas,
  manualSigmas,
  optimalStepsSigmas,
  percentToSigma,
  polyexponentialSigmas,
  sdTurboSigmas,
  vpSigmas,
} from '../../src-main/diffusion/custom-sigmas.ts';
import {
  extendSigmas,
  flipSigmas,
  setFirstSigma,
  splitSigmas,
  splitSigmasDenoise,
} from '../../src-main/diffusion/edit-sigmas.ts';
import type { NoiseModel } from '../../src-main/diffusion/noise-model.ts';
import { betaSigmas, exponentialSigmas, karrasSigmas, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import type { Recorded } from './vector-file.ts';

type Sigmas = readonly number[];

/** ComfyUI's nodes that make sigmas, by what does it in Kiln. */
export const sigmaNodes: Readonly<Record<string, (inputs: Recorded, model: () => NoiseModel) => Sigmas>> = {
  KarrasScheduler: ({ sigma_min, sigma_max, steps, rho }) => karrasSigmas(sigma_min, sigma_max, steps, rho),
  ExponentialScheduler: ({ sigma_min, sigma_max, steps }) => exponentialSigmas(sigma_min, sigma_max, steps),
  PolyexponentialScheduler: ({ sigma_min, sigma_max, steps, rho }) =>
    polyexponentialSigmas(sigma_min, sigma_max, steps, rho),
  LaplaceScheduler: ({ sigma_min, sigma_max, steps, mu, beta }) => laplaceSigmas(sigma_min, sigma_max, steps, mu, beta),
  VPScheduler: ({ steps, beta_d, beta_min, eps_s }) => vpSigmas(steps, beta_d, beta_min, eps_s),
  AlignYourStepsScheduler: ({ model_type, steps, denoise }) => alignYourStepsSigmas(model_type, steps, denoise),
  OptimalStepsScheduler: ({ model_type, steps, denoise }) => optimalStepsSigmas(model_type, steps, denoise),
  GITSScheduler: ({ coeff, steps, denoise }) => gitsSigmas(coeff, steps, denoise),
  Flux2Scheduler: ({ steps, width, height }) => flux2Sigmas(steps, width, height),
  LTXVScheduler: ({ steps, max_shift, base_shift, stretch, terminal }) =>
    ltxvSigmas(steps, max_shift, base_shift, stretch ? terminal : null),
  Ideogram4Scheduler: ({ steps, width, height, mu, std }) => ideogram4Sigmas(steps, width, height, mu, std),
  SDTurboScheduler: ({ steps, denoise }, model) => sdTurboSigmas(model(), steps, denoise),
  BetaSamplingScheduler: ({ steps, alpha, beta }, model) => betaSigmas(model(), steps, alpha, beta),
  BasicScheduler: ({ scheduler, steps, denoise }, model) => sigmasOf(scheduler, model(), steps, denoise),
  SamplingPercentToSigma: ({ sampling_percent, return_actual_sigma }, model) => [
    percentToSigma(model(), sampling_percent, return_actual_sigma),
  ],
  ManualSigmas: ({ sigmas }) => manualSigmas(sigmas),
};

/** And those that change them. */
export const sigmaEdits: Readonly<Record<string, (sigmas: Sigmas, inputs: Recorded) => readonly Sigmas[]>> = {
  SplitSigmas: (sigmas, { step }) => splitSigmas(sigmas, step),
  SplitSigmasDenoise: (sigmas, { denoise }) => splitSigmasDenoise(sigmas, denoise),
  FlipSigmas: (sigmas) => [flipSigmas(sigmas)],
  SetFirstSigma: (sigmas, { sigma }) => [setFirstSigma(sigmas, sigma)],
  ExtendIntermediateSigmas: (sigmas, { steps, start_at_sigma, end_at_sigma, spacing }) => [
    extendSigmas(sigmas, steps, start_at_sigma, end_at_sigma, spacing),
  ],
};
