import type { BetaSettings, PackScheduler } from '../../model/pack.ts';

/** What a class of schedulers takes for what its configuration leaves out, as far as classes differ in it. */
export interface SchedulerClass {
  readonly spacing: PackScheduler['spacing'];
  readonly betas: Pick<BetaSettings, 'curve' | 'start' | 'end'>;
  /** What `rescale_betas_zero_snr` leaves at the last timestep; null where the class does not know it. */
  readonly terminal: BetaSettings['terminal'] | null;
  readonly hasCurves: boolean;
  /** Whether it solves in states of variance 1, or a flow's, from what it saw in several steps. */
  readonly isSolver: boolean;
  /** Whether it evaluates a second time in each step but the last. */
  readonly isTwice: boolean;
  /** Null where clean pictures are not clipped. */
  readonly clips: boolean | null;
  readonly hasThresholding: boolean;
  readonly setAlphaToOne: boolean;
}

const ordinary: SchedulerClass = {
  spacing: 'linspace',
  betas: { curve: 'linear', start: 0.0001, end: 0.02 },
  terminal: null,
  hasCurves: true,
  isSolver: false,
  isTwice: false,
  clips: null,
  hasThresholding: false,
  setAlphaToOne: true,
};

const solver: SchedulerClass = { ...ordinary, isSolver: true, hasThresholding: true };
const denoising: SchedulerClass = {
  ...ordinary,
  spacing: 'leading',
  terminal: 'zero',
  hasCurves: false,
  clips: true,
  hasThresholding: true,
};
const narrow = { curve: 'linear', start: 0.00085, end: 0.012 } as const;

export const schedulerClasses: Readonly<Record<string, SchedulerClass>> = {
  EulerDiscreteScheduler: { ...ordinary, terminal: 'tiny' },
  EulerAncestralDiscreteScheduler: { ...ordinary, terminal: 'tiny', hasCurves: false },
  HeunDiscreteScheduler: { ...ordinary, betas: narrow, isTwice: true, clips: false },
  KDPM2DiscreteScheduler: { ...ordinary, betas: narrow, isTwice: true },
  KDPM2AncestralDiscreteScheduler: { ...ordinary, betas: narrow, isTwice: true },
  LMSDiscreteScheduler: ordinary,
  DPMSolverMultistepScheduler: { ...solver, terminal: 'tiny' },
  DPMSolverSinglestepScheduler: solver,
  DEISMultistepScheduler: solver,
  UniPCMultistepScheduler: { ...solver, terminal: 'tiny' },
  DDIMScheduler: denoising,
  DDPMScheduler: denoising,
  LCMScheduler: { ...denoising, betas: { ...narrow, curve: 'scaled_linear' }, clips: false },
  TCDScheduler: { ...denoising, betas: { ...narrow, curve: 'scaled_linear' }, clips: null, hasThresholding: false },
  PNDMScheduler: {
    ...denoising,
    terminal: null,
    clips: null,
    hasThresholding: false,
    setAlphaToOne: false,
  },
  FlowMatchEulerDiscreteScheduler: ordinary,
  FlowMatchHeunDiscreteScheduler: { ...ordinary, isTwice: true, hasCurves: false },
};
