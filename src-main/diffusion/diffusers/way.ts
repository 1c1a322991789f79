import type { FlowSettings, PackScheduler, Prediction } from '../../model/pack.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { sigmasOf } from './betas.ts';
import type { DiffusersRun, DiffusersWay } from './diffusers-way.ts';
import { flowMultistepSpaced, flowSpaced, flowUniPcSpaced } from './flow-spaced.ts';
import { legsWay } from './legs-way.ts';
import { multistep, type Taken } from './multistep.ts';
import { eulerSpaced, multistepSpaced } from './spaced.ts';
import { ancestralSteps, eulerSteps, heunSteps, stochasticFlow } from './straight.ts';
import type { Spaced } from './timesteps.ts';
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
    return stepped(config, flowSpacedBy(config, table, steps, tokens), skipped);
  }
  const skipped = Math.max(0, steps - Math.min(steps, Math.trunc(steps * strength)));
  switch (config.className) {
    case 'EulerDiscreteScheduler':
    case 'EulerAncestralDiscreteScheduler':
    case 'HeunDiscreteScheduler':
      return stepped(config, eulerSpaced(config, table, steps), skipped);
    case 'DPMSolverMultistepScheduler':
    case 'DEISMultistepScheduler':
    case 'UniPCMultistepScheduler':
      return stepped(config, multistepSpaced(config, table, steps), skipped);
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
    case 'DEISMultistepScheduler':
      return flowMultistepSpaced(config, table, steps, tokens);
    case 'UniPCMultistepScheduler':
      return flowUniPcSpaced(config, table, steps, tokens);
    default:
      return flowSpaced(config, steps, tokens);
  }
}

/** Schedulers that go from one sigma to the next. */
function stepped(config: PackScheduler, spaced: Spaced, skipped: number): DiffusersWay {
  const { className, spacing, flow } = config;
  const taken: Taken = { sigmas: spaced.sigmas.slice(skipped), spaced: spaced.timesteps.length, skipped };
  const most = Math.max(...spaced.sigmas);
  const steps = taken.sigmas.length - 1;
  const isMultistep = className.endsWith('MultistepScheduler');
  return {
    sigmas: taken.sigmas,
    timesteps: spaced.timesteps.slice(skipped),
    calls: className.includes('Heun') ? 2 * steps - 1 : steps,
    isUnit: isMultistep && flow === null,
    firstScale: isMultistep || flow !== null ? 1 : spacing === 'leading' ? Math.sqrt(most * most + 1) : most,
    sampler: samplerOf(config, taken),
  };
}

function samplerOf(config: PackScheduler, taken: Taken): Sampler {
  switch (config.className) {
    case 'DPMSolverMultistepScheduler':
    case 'DEISMultistepScheduler':
      return multistep(config, taken);
    case 'UniPCMultistepScheduler':
      return uniPcSteps(config, taken);
    case 'HeunDiscreteScheduler':
    case 'FlowMatchHeunDiscreteScheduler':
      return heunSteps(config);
    case 'EulerAncestralDiscreteScheduler':
      return ancestralSteps;
    default:
      return config.flow?.isStochastic ? stochasticFlow : eulerSteps;
  }
}
