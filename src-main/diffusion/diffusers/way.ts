import type { FlowSettings, PackScheduler, Prediction } from '../../model/pack.ts';
import { ancestral } from '../samplers/ancestral.ts';
import { middleOf } from '../samplers/dpm-2.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { sigmasOf } from './betas.ts';
import { schedulerClasses } from './classes.ts';
import type { DiffusersRun, DiffusersWay } from './diffusers-way.ts';
import { flowMultistepSpaced, flowSpaced, flowUniPcSpaced } from './flow-spaced.ts';
import { legsWay } from './legs-way.ts';
import { multistep, type Taken } from './multistep.ts';
import { singlestep } from './singlestep.ts';
import { eulerSpaced, multistepSpaced } from './spaced.ts';
import {
  ancestralSteps,
  eulerSteps,
  heunSteps,
  lmsSteps,
  middleAncestralSteps,
  middleSteps,
  stochasticFlow,
} from './straight.ts';
import { type Spaced, timestepAtSigma } from './timesteps.ts';
import { uniPcSteps } from './uni-pc.ts';

const isFlow = (config: PackScheduler): config is PackScheduler & { readonly flow: FlowSettings } =>
  config.flow !== null;

export function diffusersWay(
  config: PackScheduler,
  prediction: Prediction,
  { steps, strength = 1, tokens = 0 }: DiffusersRun,
): DiffusersWay {
  const table = sigmasOf(config.betas);
  if (isFlow(config)) {
    // Nothing is rounded before the difference is, unlike elsewhere.
    const skipped = Math.trunc(Math.max(0, steps - Math.min(steps * strength, steps)));
    return stepped(config, table, flowSpacedBy(config, table, steps, tokens), skipped);
  }
  const skipped = Math.max(0, steps - Math.min(steps, Math.trunc(steps * strength)));
  switch (config.className) {
    case 'EulerDiscreteScheduler':
    case 'EulerAncestralDiscreteScheduler':
    case 'HeunDiscreteScheduler':
    case 'KDPM2DiscreteScheduler':
    case 'KDPM2AncestralDiscreteScheduler':
    case 'LMSDiscreteScheduler':
      return stepped(config, table, eulerSpaced(config, table, steps), skipped);
    case 'DPMSolverMultistepScheduler':
    case 'DPMSolverSinglestepScheduler':
    case 'DEISMultistepScheduler':
    case 'UniPCMultistepScheduler':
      return stepped(config, table, multistepSpaced(config, table, steps), skipped);
    default:
      return legsWay(config, table, prediction, { steps, strength, skipped });
  }
}

function flowSpacedBy(
  config: PackScheduler & { readonly flow: FlowSettings },
  table: Float32Array,
  steps: number,
  tokens: number,
): Spaced {
  switch (config.className) {
    case 'DPMSolverMultistepScheduler':
    case 'DPMSolverSinglestepScheduler':
    case 'DEISMultistepScheduler':
      return flowMultistepSpaced(config, table, steps, tokens);
    case 'UniPCMultistepScheduler':
      return flowUniPcSpaced(config, table, steps, tokens);
    default:
      return flowSpaced(config, steps, tokens);
  }
}

/** Schedulers that go from one sigma to the next. */
function stepped(config: PackScheduler, table: Float32Array, spaced: Spaced, skipped: number): DiffusersWay {
  const { className, spacing, flow } = config;
  const { isSolver = false, isTwice = false } = schedulerClasses[className] ?? {};
  const taken: Taken = { sigmas: spaced.sigmas.slice(skipped), spaced: spaced.timesteps.length, skipped };
  const most = Math.max(...spaced.sigmas);
  const timesteps = spaced.timesteps.slice(skipped);
  const betweenAt = (i: number): number =>
    className.startsWith('KDPM2') ? timestepBetween(className, table, taken.sigmas, i) : timesteps[i]!;
  return {
    sigmas: taken.sigmas,
    asked: timesteps.flatMap((timestep, i) => [...(isTwice && i > 0 ? [betweenAt(i)] : []), timestep]),
    isUnit: isSolver && flow === null,
    firstScale: isSolver || flow !== null ? 1 : spacing === 'leading' ? Math.sqrt(most * most + 1) : most,
    sampler: samplerOf(config, spaced, taken),
  };
}

function samplerOf(config: PackScheduler, { sigmas }: Spaced, taken: Taken): Sampler {
  switch (config.className) {
    case 'DPMSolverMultistepScheduler':
    case 'DEISMultistepScheduler':
      return multistep(config, taken);
    case 'DPMSolverSinglestepScheduler':
      return singlestep(config, taken);
    case 'UniPCMultistepScheduler':
      return uniPcSteps(config, taken);
    case 'HeunDiscreteScheduler':
    case 'FlowMatchHeunDiscreteScheduler':
      return heunSteps(config);
    case 'KDPM2DiscreteScheduler':
      return middleSteps;
    case 'KDPM2AncestralDiscreteScheduler':
      return middleAncestralSteps;
    case 'LMSDiscreteScheduler':
      return lmsSteps(sigmas, taken.skipped);
    case 'EulerAncestralDiscreteScheduler':
      return ancestralSteps;
    default:
      return config.flow?.isStochastic ? stochasticFlow : eulerSteps;
  }
}

/** Where the model is asked on the way to the i-th sigma. */
function timestepBetween(className: string, table: Float32Array, sigmas: readonly number[], i: number): number {
  const [sigma, next] = [sigmas[i - 1]!, sigmas[i]!];
  const to = className === 'KDPM2DiscreteScheduler' ? next : ancestral(sigma, next).down;
  return Math.fround(timestepAtSigma(table, middleOf(sigma, to)));
}
